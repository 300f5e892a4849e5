"""Small changes to the code under test: tests that mean something fail on each of them."""

# A file beyond this is data rather than code.
MUTABLE_BYTES = 256 * 1024
CHANGE_CHARS = 80

ANOTHER_COMPARISON = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
# To change one of the others into its neighbour negates the condition it stands in.
ORDERINGS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
ANOTHER_OPERATION = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
}
SIGNS = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.Pow: "**",
    ast.LShift: "<<",
    ast.RShift: ">>",
    ast.BitAnd: "&",
    ast.BitOr: "|",
    ast.BitXor: "^",
    ast.And: "and",
    ast.Or: "or",
}


def said_in_short(node):
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= CHANGE_CHARS // 2 else text[: CHANGE_CHARS // 2 - 1] + "…"


def set_item(items, index, value):
    items[index] = value


def is_script(node):
    """What runs only if the file is the program, or only for a type checker."""
    return isinstance(node, ast.If) and any(
        getattr(part, "id", getattr(part, "attr", "")) in {"__name__", "TYPE_CHECKING"} for part in ast.walk(node.test)
    )


def is_removable(node):
    """A statement without which the others still make sense."""
    if isinstance(node, ast.Assign):
        return all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets)
    return isinstance(node, (ast.AugAssign, ast.Raise, ast.Delete)) or (
        isinstance(node, ast.Expr) and isinstance(node.value, (ast.Call, ast.Await))
    )


def mutations(node):
    """Line, what changes, and a function that changes it, for each mutation below a node, in the order of the file."""
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "type_comment", "type_params"}:
            continue
        if not isinstance(value, list):
            children = [value]
        else:
            children = value
        for index, child in enumerate(children):
            if not isinstance(child, ast.AST) or is_script(child):
                continue
            if isinstance(value, list):
                put = functools.partial(set_item, value, index)
            else:
                put = functools.partial(setattr, node, field)
            if isinstance(child, ast.stmt) and is_removable(child):
                yield child.lineno, f"{said_in_short(child)} was removed", functools.partial(put, ast.Pass())
            yield from mutations_of(child, put)
            yield from mutations(child)


def mutations_of(node, put):
    """Those of a node itself, which `put` replaces."""
    if isinstance(node, ast.Compare):
        for index, operator_now in enumerate(node.ops):
            another = ANOTHER_COMPARISON[type(operator_now)]
            change = functools.partial(set_item, node.ops, index, another())
            yield node.comparators[index].lineno, became(operator_now, another), change
    elif isinstance(node, (ast.BinOp, ast.AugAssign)):
        another = ANOTHER_OPERATION.get(type(node.op))
        if another is not None and not is_text(node):
            yield node.lineno, became(node.op, another), functools.partial(setattr, node, "op", another())
    elif isinstance(node, ast.BoolOp):
        another = ast.Or if isinstance(node.op, ast.And) else ast.And
        yield node.lineno, became(node.op, another), functools.partial(setattr, node, "op", another())
    elif isinstance(node, ast.Constant):
        for another in others(node.value):
            put_it = functools.partial(put, ast.Constant(another))
            yield node.lineno, f"{node.value} became {another}", put_it
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield node.lineno, f"{said_in_short(node)} lost its not", functools.partial(put, node.operand)
    elif isinstance(node, ast.Return):
        if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
            change = functools.partial(setattr, node, "value", ast.Constant(None))
            yield node.lineno, f"{said_in_short(node)} became return None", change
    if isinstance(node, (ast.If, ast.While, ast.IfExp)) and is_worth_negating(node.test):
        negated = functools.partial(setattr, node, "test", ast.UnaryOp(ast.Not(), node.test))
        yield node.test.lineno, f"{said_in_short(node.test)} was negated", negated


def became(now, another):
    return f"{SIGNS[type(now)]} became {SIGNS[another]}"


def is_text(node):
    """Adding to a text, or filling it in, has no other operation that makes sense."""
    sides = [node.value] if isinstance(node, ast.AugAssign) else [node.left, node.right]
    return any(
        isinstance(side, ast.JoinedStr) or isinstance(side, ast.Constant) and isinstance(side.value, (str, bytes))
        for side in sides
    )


def others(value):
    if type(value) is bool:
        return [not value]
    return [value + 1, value - 1] if type(value) is int and value.bit_length() < 64 else []


def is_worth_negating(test):
    """Others are negated already, by changing what they consist of."""
    if isinstance(test, (ast.UnaryOp, ast.Constant)):
        return False
    return not isinstance(test, ast.Compare) or isinstance(test.ops[0], ORDERINGS)


def trees_of(files):
    """The code under test as far as it can be read, by path."""
    for path, content in files.items():
        if path.endswith(".py") and not is_test(path) and len(content) <= MUTABLE_BYTES:
            try:
                yield path, ast.parse(content)
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                pass  # Python could not import it either, so no test rests on it


def mutated(files, number, of):
    """Changes one place in the files, the one at `number` of `of` places spread evenly; says how many there are."""
    places = []
    for path, tree in trees_of(files):
        try:
            places += [(path, tree, *mutation) for mutation in mutations(tree)]
        except (RecursionError, MemoryError):
            pass  # nested too deeply to be a program
    if number >= min(of, len(places)):
        return {"possible": len(places)}
    chosen = number if len(places) <= of else (2 * number + 1) * len(places) // (2 * of)
    path, tree, line, what, change = places[chosen]
    change()
    files[path] = ast.unparse(ast.fix_missing_locations(tree)).encode(errors="surrogatepass")
    return {"possible": len(places), "place": {"path": path, "line": line, "change": cut(what, CHANGE_CHARS)}}
