"""What stands in the way of a command."""


class Obstacle(Exception):
    """The message names the thing that is wrong and the command that helps; it is all the user gets to see."""
