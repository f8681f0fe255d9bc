"""Chinese family names of one character, Simplified."""

from __future__ import annotations

SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严金魏陶姜谢邹苏潘范彭郎鲁韦马苗方俞任袁柳鲍史唐费薛雷贺倪汤"
    "罗毕郝安常于傅齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒项祝董梁杜阮蓝季贾江颜郭梅林钟徐邱骆高夏蔡田胡凌霍"
    "万柯卢莫房丁邓洪石崔龚程裴陆翁段侯宁甘祖武刘景龙叶黎白蒲卓池乔温庄柴瞿翟阎连习艾向古易廖耿匡文欧沃关曾闵"
)
