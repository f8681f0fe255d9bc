"""Chemical formulae that texts write in the place of the name: CO2, 二氧化碳, carbon dioxide.

Only what articles for everybody name so, and only with a digit: letters alone are other words as well (CO,
PET).
"""

from __future__ import annotations

from typing import NamedTuple


class Formula(NamedTuple):
    """A formula and the names of what it stands for."""

    formula: str
    chinese: str
    english: str


FORMULAS = [
    Formula(*(name.strip() for name in line.split("|")))
    for line in """
    CO2 | 二氧化碳 | carbon dioxide
    H2O | 水 | water
    H2O2 | 过氧化氢 | hydrogen peroxide
    O2 | 氧气 | oxygen
    O3 | 臭氧 | ozone
    Cl2 | 氯气 | chlorine
    N2O | 一氧化二氮 | nitrous oxide
    NO2 | 二氧化氮 | nitrogen dioxide
    SO2 | 二氧化硫 | sulfur dioxide
    SO3 | 三氧化硫 | sulfur trioxide
    H2S | 硫化氢 | hydrogen sulfide
    NH3 | 氨 | ammonia
    CH4 | 甲烷 | methane
    C2H4 | 乙烯 | ethylene
    C2H6 | 乙烷 | ethane
    C3H8 | 丙烷 | propane
    C6H6 | 苯 | benzene
    CH3OH | 甲醇 | methanol
    H2SO4 | 硫酸 | sulfuric acid
    HNO3 | 硝酸 | nitric acid
    H2CO3 | 碳酸 | carbonic acid
    NaHCO3 | 碳酸氢钠 | sodium bicarbonate
    Na2CO3 | 碳酸钠 | sodium carbonate
    KNO3 | 硝酸钾 | potassium nitrate
    CaCO3 | 碳酸钙 | calcium carbonate
    Al2O3 | 氧化铝 | aluminium oxide
    SiO2 | 二氧化硅 | silicon dioxide
    TiO2 | 二氧化钛 | titanium dioxide
    Fe2O3 | 氧化铁 | iron oxide
    CuSO4 | 硫酸铜 | copper sulfate
    NH4NO3 | 硝酸铵 | ammonium nitrate
    SF6 | 六氟化硫 | sulfur hexafluoride
    UF6 | 六氟化铀 | uranium hexafluoride
    LiFePO4 | 磷酸铁锂 | lithium iron phosphate
    PM2.5 | 细颗粒物 | fine particulate matter
    PM10 | 可吸入颗粒物 | particulate matter
    """.strip().splitlines()
]
