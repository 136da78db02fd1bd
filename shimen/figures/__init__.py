"""Every published number: its definition, its value, the rows behind it, and frozen editions.

from shimen import figures

figures.register(Figure(key="entities", title="市场主体", …))      # from AppConfig.ready()
figures.values(street=street, user=user, keys=("entities",), on=today)["entities"].number
"""

from shimen.figures.registry import Column, Figure, Pillar, Qualifier, every, find, register
from shimen.figures.values import Value, values

__all__ = ["Column", "Figure", "Pillar", "Qualifier", "Value", "every", "find", "register", "values"]
