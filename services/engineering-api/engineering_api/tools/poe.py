"""What power a switch must give over its ports."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from engineering_api.tools.reading import Name
from engineering_api.tools.tool import Answer, tool
from oberaconnect.endpoint import Model, View
from oberaconnect.problems import Unprocessable

#: Class: watts at the switch's port, watts at the device after 100 m of cable, and the standard.
CLASSES: dict[int, tuple[float, float, str]] = {
    0: (15.4, 12.95, "802.3af"),
    1: (4.0, 3.84, "802.3af"),
    2: (7.0, 6.49, "802.3af"),
    3: (15.4, 12.95, "802.3af"),
    4: (30.0, 25.5, "802.3at"),
    5: (45.0, 40.0, "802.3bt"),
    6: (60.0, 51.0, "802.3bt"),
    7: (75.0, 62.0, "802.3bt"),
    8: (90.0, 71.3, "802.3bt"),
}


class Powered(Model):
    """Devices of a kind: by their class, or by the watts that they draw at most."""

    name: Name
    count: int = Field(1, ge=1, le=10_000)
    poe_class: int | None = Field(None, ge=0, le=8)
    watts: float | None = Field(None, gt=0, le=71.3)

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.poe_class is None and self.watts is None:
            raise ValueError("give poe_class or watts")
        return self


class PoeArguments(Model):
    """What is to be powered, and what the switch can give."""

    devices: Annotated[list[Powered], Field(min_length=1, max_length=500)]
    switch_watts: float | None = Field(None, gt=0, le=1_000_000, description="The switch's power budget for PoE.")
    port_watts: float = Field(30.0, gt=0, le=100, description="What one port gives: 15.4 (af), 30 (at), 60 or 90 (bt).")
    ports: int | None = Field(None, ge=1, le=10_000)
    reserve_percent: int = Field(20, ge=0, le=80, description="What part of the budget stays free.")


class PoweredView(View):
    """Devices of a kind with the power that they are given."""

    name: str
    count: int
    poe_class: int
    standard: str
    watts_at_port: float
    watts_total: float
    fits_port: bool


class PoeBudget(Answer):
    """Whether it fits. `watts_by_class` is what a switch sets aside, `watts_by_draw` what is drawn at most."""

    devices: list[PoweredView]
    watts_by_class: float
    watts_by_draw: float
    watts_usable: float | None
    watts_left: float | None
    ports_used: int
    fits: bool
    needed_switch_watts: float


def poe_budget(arguments: PoeArguments) -> PoeBudget:
    """Calculate the PoE budget of a switch by the devices' classes or watts. Raises `Unprocessable`."""
    views = [_view(one, arguments.port_watts) for one in arguments.devices]
    by_class = sum(one.watts_total for one in views)
    by_draw = sum(_drawn(one) * one.count for one in arguments.devices)
    used = sum(one.count for one in arguments.devices)
    usable = (
        None if arguments.switch_watts is None else arguments.switch_watts * (100 - arguments.reserve_percent) / 100
    )
    needed = by_class * 100 / (100 - arguments.reserve_percent)
    steps = [
        f"{one.name}: class {one.poe_class} ({one.standard}) has {one.watts_at_port:g} W at the port; "
        f"{one.count} x {one.watts_at_port:g} = {one.watts_total:g} W."
        for one in views[:40]
    ]
    steps.append(f"By class {by_class:g} W are set aside; {by_draw:g} W are drawn at most, cable losses counted.")
    if usable is not None:
        steps.append(
            f"Of {arguments.switch_watts:g} W {arguments.reserve_percent} % stay free: {usable:g} W may be used, "
            f"{usable - by_class:g} W are left."
        )
    steps.append(f"With that reserve a switch needs {needed:.0f} W for PoE and {used} ports.")
    too_weak = [one.name for one in views if not one.fits_port]
    if too_weak:
        steps.append(f"A port gives {arguments.port_watts:g} W, too little for: {', '.join(too_weak[:10])}.")
    enough_ports = arguments.ports is None or used <= arguments.ports
    return PoeBudget(
        devices=views,
        watts_by_class=round(by_class, 2),
        watts_by_draw=round(by_draw, 2),
        watts_usable=None if usable is None else round(usable, 2),
        watts_left=None if usable is None else round(usable - by_class, 2),
        ports_used=used,
        fits=not too_weak and enough_ports and (usable is None or by_class <= usable),
        needed_switch_watts=round(needed, 1),
        steps=steps,
    )


def _view(device: Powered, port_watts: float) -> PoweredView:
    number = device.poe_class if device.poe_class is not None else _class_of(device.watts or 0.0)
    at_port, at_device, standard = CLASSES[number]
    if device.watts is not None and device.watts > at_device:
        raise Unprocessable(
            f"{device.name} draws {device.watts:g} W, and class {number} gives a device {at_device:g} W. "
            "Leave poe_class away, or give the right one."
        )
    return PoweredView(
        name=device.name,
        count=device.count,
        poe_class=number,
        standard=standard,
        watts_at_port=at_port,
        watts_total=round(at_port * device.count, 2),
        fits_port=at_port <= port_watts,
    )


def _class_of(watts: float) -> int:
    """The smallest class that gives a device so much."""
    return min(
        (number for number, one in CLASSES.items() if number and one[1] >= watts), key=lambda one: CLASSES[one][0]
    )


def _drawn(device: Powered) -> float:
    """What a device draws from the port at most, with the losses of 100 m of cable as its class counts them."""
    number = device.poe_class if device.poe_class is not None else _class_of(device.watts or 0.0)
    at_port, at_device, _ = CLASSES[number]
    return at_port if device.watts is None else device.watts * at_port / at_device


TOOLS = (tool("poe-budget", "PoE budget", poe_budget),)
