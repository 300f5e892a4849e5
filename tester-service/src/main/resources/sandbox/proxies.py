"""Tests and the code under test in two processes: calls and answers cross between them, and nothing else.

Plain data crosses as a copy; lists, dicts and sets that were handed to a call are afterwards what the call made of them.
Objects of the code stay there, and tests hold stand-ins that ask for everything. What fits neither ends the attempt: such
tests have no shape for it, and it says nothing about them.
"""

MESSAGE_BYTES = 8 * 1024 * 1024
STAND_INS = 50_000

# What tests and code share only within one process. Words that stand for it in a test file:
SHARED_WORDS = {
    *("capsys", "capfd", "capsysbinary", "capfdbinary", "caplog", "recwarn", "monkeypatch", "mocker", "pytester"),
    *("mock", "Mock", "MagicMock", "AsyncMock", "patch", "setattr", "delattr", "redirect_stdout", "redirect_stderr"),
    *("stdin", "stdout", "stderr", "argv", "environ", "getenv", "putenv", "chdir", "setrecursionlimit", "modules"),
    *("getcontext", "setcontext", "localcontext", "seed", "setstate", "setlocale", "perf_counter", "warns"),
    *("deprecated_call", "globals", "locals", "__dict__", "__code__", "__wrapped__", "__import__", "exec", "eval"),
    *("fork", "vars", "id", "signature", "getsource"),
}
# And modules that it imports for it.
SHARED_MODULES = {
    *("inspect", "importlib", "runpy", "pickle", "copy", "dataclasses", "gc", "weakref", "warnings", "logging", "tracemalloc"),
    *("threading", "multiprocessing", "concurrent", "asyncio", "subprocess", "signal", "socket", "timeit", "cProfile", "ctypes"),
}

FORWARDED = {
    f"__{name}__"
    for name in (
        *("len", "iter", "next", "reversed", "contains", "getitem", "setitem", "delitem", "hash", "bool", "repr", "str"),
        *("eq", "ne", "lt", "le", "gt", "ge", "format", "int", "float", "complex", "index", "round", "trunc", "floor"),
        *("ceil", "abs", "neg", "pos", "invert", "enter", "exit", "call", "bytes", "divmod", "rdivmod"),
        *(
            side + name
            for name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "lshift", "rshift", "and", "or", "xor")
            for side in ("", "r", "i")
        ),
    )
}
COMPARISONS = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__"}
# A class of the code may rest on these, and on other classes of the code; others are data with a meaning of their own.
LIBRARY_BASES = {"abc", "typing", "enum", "collections.abc", "contextlib", "string"}
EXCEPTION_FIELDS = {"__cause__", "__context__", "__suppress_context__", "__traceback__", "__notes__"}


class NotPlain(Exception):
    """Something is to cross that stays on its side."""


def shape_doubt(files):
    """Why tests may fail because they are kept apart from the code, as far as the test files say so."""
    for path, content in files.items():
        if not (path.endswith(".py") and is_test(path)):
            continue
        try:
            nodes = list(ast.walk(ast.parse(content)))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return f"{path} cannot be read"
        for node in nodes:
            words = [getattr(node, "id", None), getattr(node, "attr", None), getattr(node, "arg", None)]
            modules = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                modules = [node.module or ""]
                words = [alias.name for alias in node.names]
                if "*" in words:
                    return f"{path} imports everything from {node.module}"
            elif isinstance(node, ast.Compare) and any(isinstance(way, (ast.Is, ast.IsNot)) for way in node.ops):
                asks_for_type = isinstance(node.left, ast.Call) and named(node.left) == "type"
                if not asks_for_type and not all(isinstance(side, ast.Constant) for side in node.comparators):
                    return f"{path}:{node.lineno} asks whether two things are the same one"
            for word in words:
                if word in SHARED_WORDS:
                    return f"{path}:{node.lineno} uses {word}, which tests and code share in one process only"
            for module in modules:
                if module.partition(".")[0] in SHARED_MODULES or module == "unittest.mock":
                    return f"{path}:{node.lineno} imports {module}, which needs the code in its own process"
    return None


def modules_of(files):
    """The modules that the code under test consists of; with each, whether it is a package."""
    modules = {}
    for path in files:
        if path.endswith(".py") and not is_test(path):
            parts = path[:-3].split("/")
            if parts[-1] == "__init__":
                parts.pop()
                modules[".".join(parts)] = True
            else:
                modules.setdefault(".".join(parts), False)
            for end in range(1, len(parts)):
                modules[".".join(parts[:end])] = True
    modules.pop("", None)
    return modules


class Line:
    """Messages between the two processes."""

    def __init__(self, fd):
        self.fd = fd
        self.rest = b""

    def send(self, message):
        data = json.dumps(message).encode()
        if len(data) > MESSAGE_BYTES:
            raise NotPlain("more data than can cross at once")
        write_all(self.fd, data + b"\n")

    def receive(self):
        """The next message; None if there will be none."""
        parts = [self.rest]
        length = len(self.rest)
        while b"\n" not in parts[-1]:
            part = os.read(self.fd, 65536)
            length += len(part)
            if not part or length > 2 * MESSAGE_BYTES:
                return None
            parts.append(part)
        data, _, self.rest = b"".join(parts).partition(b"\n")
        return json.loads(data)


class Together:
    """In place of a line: the code behind its stand-ins, and yet in the process of the tests.

    What fails here fails because of the stand-ins, and not because code and tests are apart.
    """

    def __init__(self, modules):
        self.owner = Owner(None, modules)
        self.code = {}
        self.question = None
        self.is_answering = False

    def send(self, question):
        self.question = json.loads(json.dumps(question))

    def receive(self):
        stand_ins = self.swap(self.code)
        self.is_answering = True
        try:
            return json.loads(json.dumps(self.owner.answered(self.question)))
        finally:
            self.is_answering = False
            self.code = self.swap(stand_ins)

    def swap(self, others):
        """Puts other modules in the place of those of the code."""
        before = {name: sys.modules.pop(name) for name in self.owner.modules if name in sys.modules}
        sys.modules.update(others)
        return before


def library_values():
    import collections
    import datetime
    import decimal
    import fractions

    return {
        decimal.Decimal: (lambda v: [str(v)], lambda text: decimal.Decimal(text)),
        fractions.Fraction: (lambda v: [v.numerator, v.denominator], fractions.Fraction),
        datetime.date: (lambda v: [v.year, v.month, v.day], datetime.date),
        datetime.timedelta: (lambda v: [v.days, v.seconds, v.microseconds], datetime.timedelta),
        datetime.datetime: (lambda v: [naive(v).isoformat()], datetime.datetime.fromisoformat),
        datetime.time: (lambda v: [naive(v).isoformat()], datetime.time.fromisoformat),
        pathlib.PosixPath: (lambda v: [str(v)], pathlib.PosixPath),
        range: (lambda v: [v.start, v.stop, v.step], range),
        bytes: (lambda v: [v.hex()], bytes.fromhex),
        complex: (lambda v: [v.real, v.imag], complex),
        tuple: (list, lambda *values: tuple(values)),
        frozenset: (list, lambda *values: frozenset(values)),
    }


def naive(moment):
    if moment.tzinfo is not None:
        raise NotPlain("a time with a time zone")
    return moment


class Packer:
    """Makes a message of values. Mutable containers have numbers, so that each stays itself within a call."""

    def __init__(self, others, library, numbers=None):
        self.others = others
        self.library = library
        self.numbers = {} if numbers is None else numbers
        self.kept = []

    def pack(self, value):
        kind = type(value)
        if value is None or kind is bool or kind is str:
            return value
        if kind is int:
            return value if -(2**53) < value < 2**53 else ["int", hex(value)]
        if kind is float:
            return ["float", value.hex()]
        if kind in CONTAINERS:
            number = self.numbers.get(id(value))
            if number is not None:
                return ["again", number]
            number = self.numbers[id(value)] = len(self.numbers)
            self.kept.append(value)
            return [kind.__name__, number, self.content(value)]
        if kind in self.library:
            parts, _ = self.library[kind]
            return [kind.__name__, *map(self.pack, parts(value))]
        if value is NotImplemented:
            return ["NotImplemented"]
        return self.others(self, value)

    def content(self, value):
        if type(value) is bytearray:
            return value.hex()
        if type(value) is dict:
            return [[self.pack(key), self.pack(item)] for key, item in value.items()]
        return [self.pack(item) for item in value]


CONTAINERS = {list, dict, set, bytearray}
CONTAINER_NAMED = {kind.__name__: kind for kind in CONTAINERS}


class Unpacker:
    """Makes values of a message."""

    def __init__(self, others, library, containers=()):
        self.others = others
        self.library = library
        self.containers = list(containers)

    def unpack(self, data):
        if not isinstance(data, list):
            return data
        kind, *parts = data
        if kind == "int":
            return int(parts[0], 16)
        if kind == "float":
            return float.fromhex(parts[0])
        if kind == "again":
            return self.containers[parts[0]]
        if kind == "NotImplemented":
            return NotImplemented
        if kind in CONTAINER_NAMED:
            number, content = parts
            if number != len(self.containers):
                raise ValueError("a container is out of order")
            value = CONTAINER_NAMED[kind]()
            self.containers.append(value)
            self.fill(value, content)
            return value
        if kind in self.library:
            return self.library[kind](*map(self.unpack, parts))
        return self.others(self, kind, parts)

    def fill(self, value, content):
        """Gives a container another content; it stays the same container."""
        if type(value) is bytearray:
            value[:] = bytes.fromhex(content)
            return
        if type(value) is dict:
            items = [(self.unpack(key), self.unpack(item)) for key, item in content]
            value.clear()
            value.update(items)
            return
        items = [self.unpack(item) for item in content]
        if type(value) is set:
            value.clear()
            value.update(items)
        else:
            value[:] = items


# --- the side of the code ----------------------------------------------------------------------


class Owner:
    """Answers what the tests ask of the code."""

    def __init__(self, line, modules):
        self.line = line
        self.modules = modules
        self.objects = []
        self.numbers = {}
        self.told = set()
        values = library_values()
        self.library = values
        self.by_name = {kind.__name__: make for kind, (_, make) in values.items()}

    def serve(self):
        while (question := self.line.receive()) is not None:
            try:
                self.line.send(self.answered(question))
            except NotPlain as e:
                self.line.send({"apart": str(e)})

    def answered(self, question):
        try:
            return self.answer(question)
        except NotPlain as e:
            return {"apart": str(e)}
        except RecursionError:
            return {"apart": "something nested too deeply"}

    def answer(self, question):
        unpacker = Unpacker(self.object_of, self.by_name)
        args = unpacker.unpack(question["args"])
        given = unpacker.containers
        packer = Packer(self.pack_other, self.library, {id(value): number for number, value in enumerate(given)})
        try:
            answer = {"value": packer.pack(getattr(self, "do_" + question["do"])(*args))}
        except NotPlain:
            raise
        except BaseException as e:
            answer = {"error": self.pack_error(packer, e)}
        answer["after"] = [packer.content(value) for value in given]
        return answer

    def do_import(self, name):
        __import__(name)
        return None

    def do_look(self, name, attribute):
        return getattr(sys.modules[name], attribute)

    def do_get(self, thing, attribute):
        return getattr(thing, attribute)

    def do_set(self, thing, attribute, value):
        setattr(thing, attribute, value)

    def do_delete(self, thing, attribute):
        delattr(thing, attribute)

    def do_call(self, thing, args, kwargs):
        return thing(*args, **kwargs)

    def do_special(self, name, thing, args):
        return getattr(type(thing), name)(thing, *args)

    def object_of(self, unpacker, kind, parts):
        if kind == "builtin":
            return getattr(builtins, parts[0])
        if kind != "thing":
            raise NotPlain(f"a {kind}")
        return self.objects[parts[0]]

    def number_of(self, value):
        number = self.numbers.get(id(value))
        if number is None:
            if len(self.objects) >= STAND_INS:
                raise NotPlain("more objects than can be kept")
            number = self.numbers[id(value)] = len(self.objects)
            self.objects.append(value)
        return number

    def is_own(self, name):
        return name in self.modules

    def pack_other(self, packer, value):
        if isinstance(value, type):
            return self.pack_class(value)
        if isinstance(value, types.ModuleType):
            if self.is_own(value.__name__):
                return ["module", value.__name__]
            raise NotPlain(f"the module {value.__name__}")
        if isinstance(value, BaseException):
            raise NotPlain(f"an exception, {type(value).__name__}, as a value")
        kind = type(value)
        if self.is_own(kind.__module__):
            return ["thing", self.number_of(value), self.pack_class(kind)]
        of_python = (types.FunctionType, types.MethodType, types.BuiltinMethodType, functools.partial)
        if isinstance(value, of_python) or callable(value) and self.is_own(getattr(value, "__module__", None)):
            is_simple = kind is types.FunctionType and all(name.startswith("__") for name in vars(value))
            named = [getattr(value, field, None) for field in ("__name__", "__qualname__", "__module__", "__doc__")]
            texts = [text if type(text) is str else None for text in named]
            return ["function", self.number_of(value), is_simple, *texts]
        if hasattr(kind, "__next__") and hasattr(kind, "__iter__"):
            return ["iterator", self.number_of(value)]
        raise NotPlain(f"a {kind.__module__}.{kind.__qualname__}")

    def pack_class(self, kind):
        if not self.is_own(kind.__module__):
            if kind.__module__ == "builtins":
                return ["builtin", kind.__name__]
            if issubclass(kind, BaseException):
                return self.pack_error_class(kind)
            raise NotPlain(f"the class {kind.__module__}.{kind.__qualname__}")
        number = self.number_of(kind)
        if number in self.told:
            return ["class", number]
        is_error = issubclass(kind, BaseException)
        bases = []
        for base in kind.__bases__:
            if self.is_own(base.__module__):
                bases.append(self.pack_class(base))
            elif is_error:
                bases.append(self.pack_error_class(base))
        for base in kind.__mro__:
            allowed = base in (object, tuple) or base.__module__ in LIBRARY_BASES or self.is_own(base.__module__)
            if not allowed and not is_error:
                raise NotPlain(f"{kind.__name__}, which extends {base.__name__}")
        specials = {
            name: getattr(kind, name) is not None
            for name in FORWARDED
            if hasattr(kind, name) and (name in {"__repr__", "__str__"} or getattr(kind, name) is not getattr(object, name, None))
        }
        of_class = sorted(
            name
            for name in ("__iter__", "__len__", "__contains__", "__getitem__")
            if hasattr(type(kind), name) and type(kind) is not type
        )
        makes_itself = is_error and any(
            self.is_own(base.__module__) and {"__init__", "__new__"} & vars(base).keys() for base in kind.__mro__
        )
        self.told.add(number)
        return [
            "class",
            number,
            {
                "name": kind.__name__,
                "module": kind.__module__,
                "qualname": kind.__qualname__,
                "doc": kind.__doc__ if type(kind.__doc__) is str else None,
                "bases": bases,
                "error": is_error,
                "makesItself": makes_itself,
                "specials": specials,
                "ofClass": of_class,
            },
        ]

    def pack_error_class(self, kind):
        if self.is_own(kind.__module__):
            return self.pack_class(kind)
        if kind.__module__ == "builtins":
            return ["builtin", kind.__name__]
        if kind.__module__.partition(".")[0] in sys.stdlib_module_names - JUDGES:
            return ["library", kind.__module__, kind.__qualname__]
        raise NotPlain(f"the exception {kind.__module__}.{kind.__qualname__}")

    def pack_error(self, packer, error):
        if isinstance(error, MemoryError):
            raise NotPlain("a lack of memory")
        kind = self.pack_error_class(type(error))
        args = list(error.args)
        if isinstance(error, OSError) and error.filename is not None and len(args) == 2:
            args.append(error.filename)
        own = {name: value for name, value in vars(error).items() if name not in EXCEPTION_FIELDS}
        told = [kind, packer.pack(args), packer.pack(own), str(error)]
        told.append(None if error.__cause__ is None else self.pack_error(packer, error.__cause__))
        return told


# --- the side of the tests ---------------------------------------------------------------------


class Borrower:
    """What the tests take for the code under test."""

    def __init__(self, line, modules, give_up):
        self.line = line
        self.modules = modules
        self.give_up = give_up
        self.numbers = {}
        self.stand_ins = {}
        self.constants = {}
        values = library_values()
        self.library = values
        self.by_name = {kind.__name__: make for kind, (_, make) in values.items()}

    def ask(self, do, *args):
        packer = Packer(self.pack_other, self.library)
        try:
            self.line.send({"do": do, "args": packer.pack(list(args))})
        except NotPlain as e:
            self.give_up(f"the tests hand {e} to the code")
        except RecursionError:
            self.give_up("the tests hand something nested too deeply to the code")
        except OSError:
            self.give_up("the code's process ended before the tests")
        error = value = None
        try:
            answer = self.line.receive()
            if answer is None:
                self.give_up("the code's process ended before the tests")
            if "apart" in answer:
                self.give_up(f"the code hands {answer['apart']} to the tests")
            unpacker = Unpacker(self.stand_in_for, self.by_name, packer.kept)
            if "error" in answer:
                error = self.error_of(unpacker, answer["error"])
            else:
                value = unpacker.unpack(answer["value"])
            for container, content in zip(packer.kept, answer["after"], strict=True):
                unpacker.fill(container, content)
        except Exception as e:
            self.give_up(f"the code's process gave an answer that is none: {type(e).__name__}")
        if error is not None:
            raise error
        return value

    def pack_other(self, packer, value):
        number = self.numbers.get(id(value))
        if number is not None:
            return ["thing", number]
        if getattr(builtins, getattr(value, "__name__", None) or "-", None) is value:
            return ["builtin", value.__name__]
        if isinstance(value, types.FunctionType):
            raise NotPlain("a function of theirs")
        raise NotPlain(f"a {type(value).__module__}.{type(value).__qualname__}")

    def keep(self, number, value):
        if type(number) is not int or len(self.stand_ins) >= STAND_INS:
            raise ValueError("no number of an object")
        self.stand_ins[number] = value  # for good: its id is its name
        self.numbers[id(value)] = number
        return value

    def stand_in_for(self, unpacker, kind, parts):
        if kind == "module":
            if parts[0] not in self.modules:
                raise ValueError("no module of the code")
            return __import__("importlib").import_module(parts[0])
        if kind == "builtin":
            return builtin_class(parts[0])
        if kind == "library":
            return self.library_error(*parts)
        number = parts[0]
        if kind == "class":
            return self.stand_ins[number] if len(parts) == 1 else self.keep(number, self.class_of(unpacker, parts[1]))
        if number in self.stand_ins:
            return self.stand_ins[number]
        if kind == "function":
            return self.keep(number, self.function_of(*parts))
        if kind == "iterator":
            return self.keep(number, Iterator(self))
        if kind == "thing":
            return self.keep(number, object.__new__(unpacker.unpack(parts[1])))
        raise ValueError("of no kind")

    def function_of(self, number, is_simple, name, qualname, module, doc):
        def function(*args, **kwargs):
            __tracebackhide__ = True
            return self.ask("call", result, args, kwargs)

        result = function if is_simple else Function(self, function)
        result.__name__ = name or "function"
        result.__qualname__ = qualname or result.__name__
        result.__module__ = module
        result.__doc__ = doc
        return result

    def class_of(self, unpacker, told):
        bases = tuple(unpacker.unpack(base) for base in told["bases"])
        body = {"__module__": told["module"], "__qualname__": told["qualname"], "__doc__": told["doc"]}
        if told["error"]:
            if not all(issubclass(base, BaseException) for base in bases):
                raise ValueError("no exception")
            if told["makesItself"]:
                body["__init__"] = lambda error, *args, **kwargs: self.give_up(
                    f"the tests make a {told['name']} of their own"
                )
            body["__str__"] = said_by_error
            body["__getattr__"] = lambda error, name: self.attribute_of_error(error, name)
            body["_nexus_text"] = None
            return type(told["name"], bases, body)
        for name, is_there in told["specials"].items():
            if name not in FORWARDED:
                raise ValueError("no method that is forwarded")
            body[name] = self.special(name) if is_there else None
        if "__eq__" in body and "__hash__" not in body:
            body["__hash__"] = None
        of_class = {name: self.special(name) for name in told["ofClass"] if name in FORWARDED}
        metaclass = type("Kind", tuple(dict.fromkeys(map(type, bases))) or (Kind,), {**of_class, "borrower": None})
        kind = metaclass(told["name"], bases or (StandIn,), body)
        type.__setattr__(kind, "_nexus", self)
        metaclass.borrower = self
        return kind

    def special(self, name):
        def method(this, *args):
            __tracebackhide__ = True
            result = self.ask("special", name, this, args)
            if name in COMPARISONS and not (args and id(args[0]) in self.numbers):
                # It could say so of anything.
                if result is not NotImplemented and result is not (name == "__ne__"):
                    self.give_up("an object of the code says itself how it compares with data of the tests")
            return result

        method.__name__ = name
        return method

    def attribute_of_error(self, error, name):
        if not name.startswith("__"):
            self.give_up(f"the tests ask for {name} of a {type(error).__name__}")
        raise AttributeError(name)

    def error_of(self, unpacker, told):
        packed_kind, args, own, text, cause = told
        kind = unpacker.unpack(packed_kind)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise ValueError("no exception")
        args = unpacker.unpack(args)
        own = unpacker.unpack(own)
        if kind.__module__ == "builtins":
            error = kind(*args)
        else:
            error = kind.__new__(kind, *args)
            error.args = tuple(args)
            if hasattr(kind, "_nexus_text"):
                error._nexus_text = str(text)
        vars(error).update(own)
        if cause is not None:
            error.__cause__ = self.error_of(unpacker, cause)
        return error

    def library_error(self, module, name):
        if module.partition(".")[0] not in sys.stdlib_module_names - JUDGES:
            raise ValueError("no exception of the library")
        kind = getattr(__import__("importlib").import_module(module), name)
        if not (isinstance(kind, type) and issubclass(kind, BaseException)):
            raise ValueError("no exception")
        return kind

    def constant(self, module, name):
        """What a module holds. A list in it is the tests' own copy, as long as neither side changes it."""
        value = self.ask("look", module, name)
        if type(value) in CONTAINERS:
            first, copy = self.constants.setdefault((module, name), (repr(value), value))
            if repr(copy) != first or repr(value) != first:
                self.give_up(f"{name} of {module} changes")
            return copy
        return value

    def check_constants(self):
        for module, name in list(self.constants):
            self.constant(module, name)


def builtin_class(name):
    kind = getattr(builtins, name)
    if not isinstance(kind, type):
        raise ValueError("no class")
    return kind


def said_by_error(error):
    if error._nexus_text is not None:
        return error._nexus_text
    return next(base for base in type(error).__mro__ if base.__module__ == "builtins").__str__(error)


class Kind(type):
    """The class of the classes that stand for those of the code."""

    borrower = None

    def __init__(cls, name, bases, body, **kwargs):
        if type(cls).borrower is not None:
            type(cls).borrower.give_up("a class of the tests extends one of the code")
        super().__init__(name, bases, body)

    def __call__(cls, *args, **kwargs):
        __tracebackhide__ = True
        return cls._nexus.ask("call", cls, args, kwargs)

    def __getattr__(cls, name):
        if name.startswith("__") or name == "_nexus":
            raise AttributeError(name)
        return cls._nexus.ask("get", cls, name)

    def __setattr__(cls, name, value):
        if name.startswith("__"):
            type.__setattr__(cls, name, value)
        else:
            cls._nexus.ask("set", cls, name, value)


class StandIn:
    """An object of the code, seen from the tests."""

    def __getattr__(self, name):
        if name.startswith("__") or name == "_nexus":
            raise AttributeError(name)
        return type(self)._nexus.ask("get", self, name)

    def __setattr__(self, name, value):
        type(self)._nexus.ask("set", self, name, value)

    def __delattr__(self, name):
        type(self)._nexus.ask("delete", self, name)


class Remote:
    """Something of the code that is neither data nor an object of one of its classes."""

    def __init__(self, borrower):
        self._nexus = borrower

    def __getattr__(self, name):
        if name.startswith("__") or name == "_nexus":
            raise AttributeError(name)
        return self._nexus.ask("get", self, name)


class Function(Remote):
    """A function with more to it, such as a cache or an object."""

    def __init__(self, borrower, function):
        super().__init__(borrower)
        self._function = function

    def __call__(self, *args, **kwargs):
        __tracebackhide__ = True
        return self._function(*args, **kwargs)


class Iterator(Remote):
    """What the code gives one item after the other of."""

    def __iter__(self):
        return self

    def __next__(self):
        return self._nexus.ask("special", "__next__", self, ())


class CodeModule(types.ModuleType):
    """A module of the code, seen from the tests."""

    def __getattr__(self, name):
        if name.startswith("__") and name not in {"__all__", "__version__", "__author__"}:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return BORROWERS[0].constant(self.__name__, name)

    def __setattr__(self, name, value):
        if not (name.startswith("__") or isinstance(value, types.ModuleType)):
            BORROWERS[0].give_up(f"the tests replace {name} of {self.__name__}")
        super().__setattr__(name, value)

    def __delattr__(self, name):
        BORROWERS[0].give_up(f"the tests take {name} out of {self.__name__}")


BORROWERS = []


class CodeFinder:
    """Has Python import stand-ins for the code, and of the job's folder nothing but the test files as they were."""

    def __init__(self, borrower, tests):
        self.borrower = borrower
        self.tests = tests

    def find_spec(self, name, path=None, target=None):
        from importlib.machinery import ModuleSpec, PathFinder

        if getattr(self.borrower.line, "is_answering", False):
            return None
        if name in self.borrower.modules:
            return ModuleSpec(name, self, is_package=self.borrower.modules[name])
        found = PathFinder.find_spec(name, path)
        origin = getattr(found, "origin", None)
        if type(origin) is not str or not origin.startswith(JOB + "/"):
            return None
        inside = origin[len(JOB) + 1 :]
        if inside not in self.tests:
            self.borrower.give_up(f"{inside} was not there before the tests ran")
        if is_rewritten(inside):
            return None  # pytest has its code already
        spec = ModuleSpec(name, self, origin=origin)
        spec.submodule_search_locations = found.submodule_search_locations
        return spec

    def create_module(self, spec):
        return CodeModule(spec.name) if spec.name in self.borrower.modules else None

    def exec_module(self, module):
        spec = module.__spec__
        if spec.name in self.borrower.modules:
            if self.borrower.modules[spec.name]:
                module.__path__ = [JOB + "/" + spec.name.replace(".", "/")]
            self.borrower.ask("import", spec.name)
            return
        inside = spec.origin[len(JOB) + 1 :]
        module.__file__ = spec.origin
        exec(compile(self.tests[inside], spec.origin, "exec", dont_inherit=True), module.__dict__)


def borrow_code(line, channel, modules, tests):
    """From now on, tests that import code under test get stand-ins; returns what to do when they are over."""

    def give_up(why):
        write_all(channel, b"?" + why.encode(errors="replace")[:1000])
        os._exit(0)

    borrower = Borrower(line, modules, give_up)
    BORROWERS.append(borrower)
    sys.meta_path.insert(0, CodeFinder(borrower, tests))
    return borrower.check_constants


def lend_code(fd, output, modules):
    """The process of the code: does not return."""
    status = 70
    try:
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.closerange(3, fd)
        os.closerange(fd + 1, os.sysconf("SC_OPEN_MAX"))
        sys.modules["__main__"] = types.ModuleType("__main__")
        sys.path.insert(0, JOB)
        Owner(Line(fd), modules).serve()
        status = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
        finally:
            os._exit(status)
