"""SonicOS's settings as its .exp file has them: "key=value", the keys of one object numbered alike.

SonicWall documents no keys. Those that are read here are the ones on which several public readers of such files agree;
codes that SonicWall keeps to itself, such as those of ciphers, are not guessed.
"""
