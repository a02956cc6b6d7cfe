"""The guest: what runs inside the WebAssembly Python interpreter, in both roles of the judge.

The module is imported once, when the guest is built; then the interpreter is snapshotted. So all
that stands at module level here costs nothing when a candidate is judged, and every candidate
starts from exactly the same memory.

Nothing here is trusted by the host when it runs beside a candidate: the candidate can read and
patch every object in its instance. The host parses each reply itself, and what the candidate can
forge is only an answer of plain values, which is what it may give anyway.

A reply is a tuple in marshal's version 2, without code objects:
    ("ok", value, mutated)              mutated: None, or (args, kwargs) as the call left them
    ("syntax", message, line)           the source does not compile
    ("raised", type names, message, line)   the candidate raised; names from the type up its bases
    ("opaque", what)                    a value that is not plain stood where one has to cross
    ("failed", type name, message)      the test code itself failed: an assertion, mostly
"""

import asyncio
import builtins
import gc
import io
import marshal
import sys
import types

import preload
import wit_world

preload.everything()

CANDIDATE_FILE = "candidate.py"
MESSAGE_LIMIT = 500

# In two instances an equal, plain container stands for these. Exact types only: a subclass could
# answer differently each time it is read.
PLAIN_KIN = {
    "Counter": dict,
    "OrderedDict": dict,
    "defaultdict": dict,
    "deque": list,
}


def encode(value):
    """The wire form of a value; ValueError when something in it is not plain."""
    return marshal.dumps(value, 2, allow_code=False)


decode = marshal.loads


class Opaque(Exception):
    """A value that cannot cross between the instances."""


def plain(value):
    """The same value built of plain types only, or Opaque."""
    kind = type(value)
    if kind in (type(None), bool, int, float, complex, str, bytes):
        return value
    if kind in (list, tuple, set, frozenset):
        return kind(plain(item) for item in value)
    if kind is dict:
        return {plain(key): plain(item) for key, item in value.items()}
    if kind.__module__ == "collections" and kind.__name__ in PLAIN_KIN:
        if kind is getattr(sys.modules["collections"], kind.__name__, None):
            return plain(PLAIN_KIN[kind.__name__](value))
    if kind.__bases__ == (tuple,) and hasattr(kind, "_fields"):
        return tuple(plain(item) for item in tuple.__iter__(value))
    raise Opaque(f"a value of type `{kind.__name__}`")


def answer(value, mutated):
    """The reply that carries a value, whatever it takes to make it plain."""
    try:
        return encode(("ok", value, mutated))
    except ValueError:
        pass
    try:
        return encode(("ok", plain(value), plain(mutated)))
    except Opaque as reason:
        return encode(("opaque", str(reason)))
    except (RecursionError, ValueError):
        return encode(("opaque", "a value nested too deeply, or one that contains itself"))


def text(value):
    """`str(value)` of something that may not want to be printed, cut to a bounded length."""
    try:
        written = str(value)
    except BaseException:
        return "<no message: it raised while it was printed>"
    written = written[:MESSAGE_LIMIT]
    return written.encode("utf-8", "replace").decode("utf-8")


def names(error):
    """The names of an exception's type and of the types it derives from, nearest first."""
    return [text(base.__name__) for base in type(error).__mro__ if base is not object]


def line_of(error, file):
    """The last line of `file` that the exception passed through, 0 when it passed through none."""
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == file:
            line = trace.tb_lineno or 0
        trace = trace.tb_next
    return line


def raised(error):
    """The reply for an exception of the candidate."""
    return encode(("raised", names(error), text(error), line_of(error, CANDIDATE_FILE)))


def flush():
    """Hands over what the candidate printed; a closed or replaced stream has nothing to give."""
    for name in ("stdout", "stderr"):
        try:
            getattr(sys, name).flush()
        except BaseException:
            pass


def compiled(source, file):
    """The code of a source, or the reply that says why there is none."""
    try:
        return compile(source, file, "exec", dont_inherit=True), None
    except SyntaxError as error:
        line = error.lineno if type(error.lineno) is int else 0
        return None, encode(("syntax", text(f"{type(error).__name__}: {error.msg}"), line))
    except BaseException as error:
        return None, encode(("syntax", text(f"{type(error).__name__}: {error}"), 0))


def run(source, name):
    """Executes a source as the module `name`."""
    code, refusal = compiled(source, CANDIDATE_FILE)
    if refusal is not None:
        return refusal
    module = sys.modules[name]
    try:
        exec(code, module.__dict__)
        return encode(("ok", None, None))
    except BaseException as error:
        return raised(error)
    finally:
        flush()


def defined(name):
    """What the candidate's program calls by this name."""
    try:
        return sys.modules["candidate"].__dict__[name]
    except KeyError:
        raise NameError(f"the program defines no `{name}`") from None


def changeable(value):
    """Whether a call may leave this argument changed."""
    return type(value) in (list, dict, set) or (type(value) is tuple and any(map(changeable, value)))


def restore(old, new):
    """Makes a container equal to what the candidate made of its copy; False if that takes another
    object. Containers inside keep their identity where the shape still allows it."""
    if type(old) is not type(new):
        return False
    if type(old) is list:
        for place, (before, after) in enumerate(zip(old, new)):
            if not restore(before, after):
                old[place] = after
        old[len(new) :] = new[len(old) :]
        return True
    if type(old) is dict:
        kept = {key: old[key] for key in new if key in old and restore(old[key], new[key])}
        old.clear()
        old.update((key, kept.get(key, item)) for key, item in new.items())
        return True
    if type(old) is set:
        old.clear()
        old.update(new)
        return True
    if type(old) is tuple and len(old) == len(new):
        return all([restore(before, after) for before, after in zip(old, new)])
    return False


class Judge:
    """The judge's side: the problem's names, and the last exception that came from the candidate."""

    def __init__(self):
        self.raised = None
        self.reply = None
        self.opaque = None

    def proxy(self, name):
        """A function that calls the candidate's function of this name in its own instance."""

        def candidate(*args, **kwargs):
            try:
                arguments = encode((args, kwargs))
            except ValueError:
                try:
                    arguments = encode((plain(args), plain(kwargs)))
                except Opaque as reason:
                    self.opaque = f"the tests pass {reason}"
                    raise
            reply = decode(wit_world.cross(name, arguments))
            if reply[0] == "ok":
                if reply[2] is not None:
                    restore(args, tuple(reply[2][0]))
                    restore(kwargs, reply[2][1])
                return reply[1]
            self.reply = reply
            self.raised = exception(reply[1], reply[2])
            raise self.raised

        candidate.__name__ = candidate.__qualname__ = name
        return candidate


def exception(type_names, message):
    """The built-in exception nearest to the candidate's, so that tests that expect one find it.

    A StopIteration would end a `map` or a `filter` of the tests as if nothing were left to ask, and
    `all` would call that right; it becomes a RuntimeError, as in a generator."""
    for name in type_names:
        kind = getattr(builtins, name, None)
        if isinstance(kind, type) and issubclass(kind, BaseException):
            if issubclass(kind, (StopIteration, StopAsyncIteration)):
                return RuntimeError(f"the program raised {kind.__name__}")
            try:
                return kind(message)
            except TypeError:  # some, as UnicodeDecodeError, want more than a message
                continue
    return Exception(message)


judge = Judge()
# What a candidate's program and the tests are executed as.
MODULES = ("candidate", "tests")
for module_name in MODULES:
    sys.modules[module_name] = types.ModuleType(module_name)


EXPORTS = ("locate", "load", "call", "answer", "main", "compile", "prepare", "test")


class WitWorld(wit_world.WitWorld):
    # The builder makes one object for each export, the last thing that it does before the snapshot.
    made = 0

    def __init__(self):
        WitWorld.made += 1
        if WitWorld.made == len(EXPORTS):
            settle(self)

    def locate(self):
        wit_world.here(b"here")

    def load(self, source):
        return run(source, "candidate")

    # What a call prints stays in the streams' buffers: nobody reads it, and they are bounded.

    def call(self, name, arguments):
        args, kwargs = decode(arguments)
        try:
            value = defined(name)(*args, **kwargs)
        except BaseException as error:
            return raised(error)
        mutated = None
        if kwargs or any(map(changeable, args)):
            mutated = (list(args), kwargs)
        return answer(value, mutated)

    def answer(self, name, arguments):
        try:
            value = defined(name)(*decode(arguments))
        except BaseException as error:
            return raised(error)
        return answer(value, None)

    def main(self, source):
        sys.modules["__main__"] = types.ModuleType("__main__")
        return run(source, "__main__")

    def compile(self, source):
        code, refusal = compiled(source, "tests.py")
        return refusal or encode(("ok", marshal.dumps(code), None))

    def prepare(self, code, proxied):
        namespace = sys.modules["tests"].__dict__
        try:
            exec(marshal.loads(code), namespace)
        except BaseException as error:
            return encode(("failed", type(error).__name__, text(error)))
        for name in proxied:
            namespace[name] = judge.proxy(name)
        return encode(("ok", None, None))

    def test(self, code):
        try:
            exec(marshal.loads(code), sys.modules["tests"].__dict__)
        except BaseException as error:
            if judge.opaque is not None:
                return encode(("opaque", judge.opaque))
            if error is judge.raised:
                return encode(judge.reply)
            return encode(("failed", type(error).__name__, text(error)))
        return encode(("ok", None, None))


# One object of each kind whose dead the interpreter keeps for reuse, and the smallest two blocks of
# the allocator, which no bytes fit in.
NUMBER, IMAGINARY, WHOLE, PAIR = 2.5, 2.5j, 1_000_000, [None, None]
KINDS = (
    lambda: [],
    lambda: {},
    lambda: {"key": None},
    lambda: {1: None},
    lambda: -NUMBER,
    lambda: -IMAGINARY,
    lambda: -WHOLE,
    lambda: WHOLE * WHOLE,
    lambda: slice(WHOLE),
    lambda: range(WHOLE),
    lambda: iter(PAIR),
    lambda: iter(sys.path_hooks),
    lambda: iter(()),
    lambda: PAIR.append,
    lambda: judge.proxy,
    lambda: zip(PAIR),
    lambda: object(),
)


def fill_the_holes():
    """Objects that occupy what is free between the snapshot's objects.

    A candidate's objects then lie together in fresh memory instead of being strewn over pages of
    the snapshot, each of which would have to be copied for it.
    """
    # Every object comes from the C allocator. Its blocks have a header of 4 bytes and are multiples of
    # 16; a free one that fits best is taken before the fresh memory at the end is cut. So what is free
    # is used up from the largest down, each size until it comes from behind all that there was. They
    # are kept in a chain of pairs, since a list would leave holes where it grew.
    kept = None
    behind = id(bytes(1 << 20))
    for power in range(19, 9, -1):
        while id(filler := bytes(1 << power)) < behind:
            kept = filler, kept
    for size in range(1008, 32, -16):
        while id(filler := bytes(size - 4 - 17)) < behind:
            kept = filler, kept
    for make in KINDS:
        while id(filler := make()) < behind:
            kept = filler, kept
    for length in range(1, 20):
        while id(filler := tuple([None] * length)) < behind:
            kept = filler, kept
    return kept


def make_self_pipe(loop):
    """There is no socket to wake an event loop by, and no other thread or signal that would."""
    loop._ssock = loop._csock = None


asyncio.SelectorEventLoop._make_self_pipe = make_self_pipe
asyncio.SelectorEventLoop._close_self_pipe = make_self_pipe

# What a program finds when it starts: no path to import from, buffered text streams (one host call
# per flush instead of one per print), no warnings about style on stderr.
sys.path[:] = []
sys.path_importer_cache.clear()
sys.argv[:] = [CANDIDATE_FILE]
sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), encoding="utf-8")
sys.stdout = io.TextIOWrapper(
    io.BufferedWriter(io.FileIO(1, "w", closefd=False)), encoding="utf-8", errors="surrogateescape"
)
sys.stderr = io.TextIOWrapper(
    io.BufferedWriter(io.FileIO(2, "w", closefd=False)), encoding="utf-8", errors="backslashreplace"
)
sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr


PRACTICE = """
class Some(Exception):
    def __init__(self, *numbers):
        super().__init__(numbers)

def practice(numbers, text="", *, key=None):
    \'\'\'Does a little of what programs do.\'\'\'
    found = {}
    for place, number in enumerate(sorted(numbers, key=lambda x: -x)):
        if number % 2 == 0 and not key or len(text) > 3:
            found[str(place)] = [number + 1.5, f"{number}", text.split()]
    numbers.append(sum(x for x in range(3)))
    assert found != numbers, "they are of one kind"
    try:
        return [item for item in found.values() if isinstance(item, list)][:2]
    except Some as error:
        raise ValueError from error
"""


def practise(guest):
    """Judges something once and again, so that the interpreter has specialised this module's code and
    filled its caches before the snapshot is taken. It leaves no module behind."""
    judge.raised = KeyError()
    for _ in range(20):
        guest.load(PRACTICE.encode())
        arguments = encode((([3, 2, 1], "a b"), {}))
        guest.call("practice", arguments)
        guest.call("missing", arguments)
        guest.answer("practice", encode(([3, 2, 1], "a b")))
        guest.main(b"x = 1")
        code = marshal.loads(guest.compile(PRACTICE.encode()))[1]
        guest.prepare(code, ["practice"])
        guest.test(code)
        guest.load(b"1 +")
    judge.raised = None
    for name in MODULES:
        sys.modules[name] = types.ModuleType(name)


def settle(guest):
    """Brings the interpreter's memory into the state in which candidates cost least."""
    main = sys.modules["__main__"]
    practise(guest)
    sys.modules["__main__"] = main
    # The snapshot's objects leave the collector's sight: a collection in a candidate then touches only
    # what that candidate made, and not every page of the standard library.
    gc.collect()
    judge.fillers = fill_the_holes()
    # Room for what a usual candidate allocates: an instance whose memory had to grow is not reused.
    room = bytearray(8 << 20)
    del room
    gc.freeze()
