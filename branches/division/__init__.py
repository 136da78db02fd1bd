"""Which shop belongs to which branch: a street divided into areas. Pure: no database, no clock; see docs/division.md.

streets = Streets.of(shops)                          # doors, links between them, walking distances
made = divide(streets, 3)                            # one division
proposals = variants(streets, 3)                     # several, side by side
founded = founding(streets, "第四街区")                   # one branch more, the others hardly touched
shares = responsibilities(streets, keys, members)
edited = weigh(streets, area_of, areas)              # the figures of a division made by hand
"""

from branches.division.dividing import divide, founding, responsibilities, variants, weigh
from branches.division.problem import (
    Area,
    AreaFigures,
    Division,
    Figures,
    Measure,
    NotDivisible,
    Reason,
    Rules,
    Shop,
    Variant,
    in_metres,
)
from branches.division.streets import Streets

__all__ = [
    "Area",
    "AreaFigures",
    "Division",
    "Figures",
    "Measure",
    "NotDivisible",
    "Reason",
    "Rules",
    "Shop",
    "Streets",
    "Variant",
    "divide",
    "founding",
    "in_metres",
    "responsibilities",
    "variants",
    "weigh",
]
