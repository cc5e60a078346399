"""A flow as pictures."""

from call_flow.render.cards import diagram
from call_flow.render.pictures import Picture, pictures

__all__ = ["Picture", "diagram", "pictures"]
