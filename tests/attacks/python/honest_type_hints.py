# language: python
# problem: code/tally, values/tally
# idea: honest: type hints of every age, generics and protocols
# verdict: passed

import typing
from typing import Annotated, Callable, Dict, Generic, Iterable, List, Optional, Protocol, TypeVar, Union

T = TypeVar("T")
Counts = Dict[str, int]
Check = Callable[[Union[str, int]], Annotated[bool, "whether it counts"]]


class Adder(Protocol[T]):
    def add(self, item: T) -> None: ...


class Bag(Generic[T]):
    def __init__(self) -> None:
        self.items: Dict[T, int] = {}

    def add(self, item: T) -> None:
        self.items[item] = self.items.get(item, 0) + 1


def tally(words: List[str], bag: Optional["Adder"] = None) -> Counts:
    own: Bag[str] = Bag()
    for word in words:
        own.add(word)
    return own.items
