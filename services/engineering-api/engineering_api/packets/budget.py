"""How much work a comparison of sets of packets may be."""

from dataclasses import dataclass


class Exhausted(Exception):
    """The sets are too much in pieces to be compared within bounds."""


@dataclass
class Budget:
    """How much may be compared until the answer is that it is not known."""

    steps: int = 200_000

    def spend(self, steps: int = 1) -> None:
        """Count steps. Raises `Exhausted` when there are none left."""
        self.steps -= steps
        if self.steps < 0:
            raise Exhausted()
