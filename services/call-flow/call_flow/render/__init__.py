"""A flow as pictures."""

from call_flow.render.cards import card_id, diagram
from call_flow.render.pictures import Picture, pictures

__all__ = ["Picture", "card_id", "diagram", "pictures"]
