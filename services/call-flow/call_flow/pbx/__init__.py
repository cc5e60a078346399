"""A real Asterisk on loopback, and the carrier and all phones that call through it.

Tree        where Asterisk's program, libraries, modules and sounds are (tree.py)
Instance    one Asterisk, booted from given configuration texts, gone with the block (instance.py, guard.py)
Driver      places calls, answers for every phone, and records what happened (driver.py)

tree = find(folder)
with Instance(tree, configure, prompts) as pbx:
    assert not pbx.load_complaints
    asyncio.run(prove(pbx))          # async with Driver(pbx) as driver: await driver.call(Call(...))
"""
