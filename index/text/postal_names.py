"""Latin names of Chinese places and persons in neither pinyin nor Wade-Giles: Peking, Sun Yat-sen."""

from __future__ import annotations

from collections import defaultdict

#: The characters, and the folded words of each other name.
_NAMES = """
北京 peking
天津 tientsin
南京 nanking
重庆 chungking
广州 canton
厦门 amoy
汕头 swatow
福州 foochow
苏州 soochow
杭州 hangchow
温州 wenchow
徐州 suchow, hsuchow
郑州 chengchow
兰州 lanchow
湖州 huchow
广东 kwangtung
广西 kwangsi
江苏 kiangsu
江西 kiangsi
浙江 chekiang
四川 szechuan, szechwan
福建 fukien
陕西 shaanxi, shensi
贵州 kweichow
贵阳 kweiyang
桂林 kweilin
青岛 tsingtao
景德镇 chingtechen, kingtehchen
九江 kiukiang
镇江 chinkiang
宁波 ningpo
烟台 chefoo
济南 tsinan
齐齐哈尔 tsitsihar
西安 xian, sian
延安 yanan, yenan
长江 yangtze, yangtse
香港 hong kong, hongkong
澳门 macau, macao
九龙 kowloon
鼓浪屿 kulangsu
基隆 keelung
金门 quemoy
清华 tsinghua
孙中山 sun yat sen
孙逸仙 sun yat sen
蒋介石 chiang kai shek
蒋中正 chiang kai shek
宋庆龄 soong ching ling
宋美龄 soong mei ling
钱学森 tsien hsue shen, hsue shen tsien
"""

#: Characters → their other names, as folded words.
LATIN: dict[str, tuple[tuple[str, ...], ...]] = {
    name: tuple(tuple(other.split()) for other in others.split(","))
    for name, others in (line.split(" ", 1) for line in _NAMES.strip().split("\n"))
}
#: Folded words → the names that they stand for, in characters.
CHINESE: dict[tuple[str, ...], list[str]] = defaultdict(list)
for _name, _others in LATIN.items():
    for _other in _others:
        CHINESE[_other].append(_name)
