"""What a person changes in an app between two deployments."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from lifecycle.planned.app import App
from lifecycle.planned.declaration import CHOICES, Declaration

Edit = Callable[["Person"], None]
_NAMES: Final = ("First", "Second", "Third", "Fourth")
_OTHER: Final = "Prod"
# What the handler refuses is undone before the next deployment.
_WRONG: Final = ("unknown", "invalid")


class Person:
    """Edits one app by chance, and remembers what its jobs were."""

    def __init__(self, app: App, chance: Random) -> None:
        self.app = app
        self.chance = chance
        self._earlier: dict[tuple[str, str], list[Declaration]] = {}

    def job(self) -> tuple[dict[str, Declaration], str, str] | None:
        """Some job, with its stack."""
        found = [(jobs, name, each) for name, jobs in self.app.declared.items() for each in jobs]
        return self.chance.choice(found) if found else None

    def earlier(self, stack: str, logical_id: str) -> list[Declaration]:
        """What a job was before."""
        return self._earlier.get((stack, logical_id), [])

    def correct(self) -> None:
        """Take away what the handler refuses."""
        for jobs in self.app.declared.values():
            for name, each in jobs.items():
                for option in _WRONG:
                    jobs[name] = jobs[name].with_option(option, None) if each.is_refused else jobs[name]

    def remember(self) -> None:
        """What is declared now may be declared again later."""
        for stack, jobs in self.app.declared.items():
            for logical_id, each in jobs.items():
                if not each.is_refused:
                    self._earlier.setdefault((stack, logical_id), []).append(each)


def _option(option: str) -> Edit:
    def edit(person: Person) -> None:
        found = person.job()
        if found is not None:
            jobs, _, name = found
            jobs[name] = jobs[name].edited(option, person.chance)

    return edit


def _nothing(_person: Person) -> None:
    """Deploy again without a change."""


def _add(person: Person) -> None:
    """As often as not it is a copy of another one."""
    jobs = person.chance.choice(list(person.app.declared.values()))
    free = [name for name in _NAMES if name not in jobs]
    if free:
        found = person.job()
        new = Declaration().edited("on_removal", person.chance)
        jobs[person.chance.choice(free)] = found[0][found[2]] if found and person.chance.random() < 0.5 else new


def _remove(person: Person) -> None:
    found = person.job()
    if found is not None:
        del found[0][found[2]]


def _rename(person: Person) -> None:
    found = person.job()
    if found is not None:
        jobs, _, name = found
        free = [each for each in _NAMES if each not in jobs]
        if free:
            jobs[person.chance.choice(free)] = jobs.pop(name)


def _back(person: Person) -> None:
    found = person.job()
    if found is not None:
        jobs, stack, name = found
        if earlier := [each for each in person.earlier(stack, name) if each != jobs[name]]:
            jobs[name] = person.chance.choice(earlier)


def _environment(person: Person) -> None:
    declared = person.app.declared
    if _OTHER in declared:
        del declared[_OTHER]
    else:
        declared[_OTHER] = dict(declared["Reports"])


def _hold_another(person: Person) -> None:
    """Another run of a job is held, often with another role."""
    found = person.job()
    if found is not None:
        jobs, _, name = found
        other = jobs[name].edited("run_id", person.chance).with_option("hold", "true")
        jobs[name] = other.edited("role", person.chance) if person.chance.random() < 0.5 else other


def _release(person: Person) -> None:
    for jobs in person.app.declared.values():
        for name in jobs:
            jobs[name] = jobs[name].with_option("hold", None)


def _hold(person: Person) -> None:
    for jobs in person.app.declared.values():
        for name in jobs:
            jobs[name] = jobs[name].with_option("hold", "true")


EDITS: Final[Mapping[str, Edit]] = {
    **{option: _option(option) for option in CHOICES},
    "nothing": _nothing,
    "add": _add,
    "remove": _remove,
    "rename": _rename,
    "back": _back,
    "environment": _environment,
    "hold another": _hold_another,
    "hold all": _hold,
    "release all": _release,
}
# How often each is drawn, if not once.
WEIGHTS: Final[Mapping[str, int]] = {
    "nothing": 3,
    "add": 8,
    "on_removal": 3,
    "back": 10,
    "records": 2,
    "run_id": 2,
    "tags": 2,
    "hold": 3,
    "hold another": 3,
    "release all": 2,
    "remove": 5,
    "rename": 2,
}
