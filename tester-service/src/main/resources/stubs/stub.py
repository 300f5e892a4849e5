"""Stands for a module that is planned: whatever is called in it answers alike, and computes nothing."""

import importlib as _importlib


class _Plain:
    """An answer that is true, and equal to itself alone."""


_PLAIN = _Plain()


def _answer():
    if _ANSWER == "raises":
        raise NotImplementedError("there is only a stub")
    return _PLAIN if _ANSWER == "truthy" else None


def _stub(name, waits=False):
    if waits:

        async def stub(*arguments, **options):
            return _answer()
    else:

        def stub(*arguments, **options):
            return _answer()

    stub.__name__ = stub.__qualname__ = name
    return stub


class _Attribute:
    """What is read without a call: neither a number nor a text, and it can be called."""

    def __call__(self, *arguments, **options):
        return _answer()

    def __bool__(self):
        return _ANSWER == "truthy"


class _Meta(type):
    def __getattr__(cls, name):
        return _attribute(name)


def _attribute(name):
    if name.startswith("_"):
        raise AttributeError(name)
    return _Attribute()


def _construct(self, *arguments, **options):
    if _ANSWER == "raises":
        raise NotImplementedError("there is only a stub")


def _function(name, waits=False):
    globals()[name] = _stub(name, waits)


def _value(name):
    globals()[name] = _Attribute()


def _exception(name):
    globals()[name] = type(name, (Exception,), {"__module__": __name__})


def _class(name, methods=()):
    body = {method: _stub(method, waits) for method, waits in methods}
    body["__module__"] = __name__
    body["__init__"] = _construct
    body["__getattr__"] = lambda self, attribute: _attribute(attribute)
    globals()[name] = _Meta(name, (), body)


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    if "__path__" in globals():
        try:
            return _importlib.import_module(__name__ + "." + name)
        except ModuleNotFoundError:
            pass
    if name in _EXCEPTIONS:
        _exception(name)
    elif name.isupper():
        _value(name)
    elif name[0].isupper():
        _class(name)
    else:
        _function(name)
    return globals()[name]
