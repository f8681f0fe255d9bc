"""Well-known names that the mainland, Taiwan and Hong Kong write in different characters.

CC-CEDICT has most countries and many names (`index.lexicon.making.same_names`), these it lacks. A word that
means something else as well is left out: 沙特 is Sartre in Taiwan, and Saudi Arabia on the mainland.
"""

from __future__ import annotations

_NAMES = """
斯大林 史达林
赫鲁晓夫 赫鲁雪夫
勃列日涅夫 布里兹涅夫
戈尔巴乔夫 戈巴契夫 戈尔巴契夫
叶利钦 叶尔钦 叶尔辛
普京 普丁 普廷 蒲亭
泽连斯基 泽伦斯基
卢卡申科 卢卡申柯
里根 雷根 列根
布什 布希 布殊
肯尼迪 甘乃迪
克林顿 柯林顿
希拉里 希拉蕊 希拉莉
奥巴马 欧巴马
特朗普 川普
撒切尔 柴契尔 佘契尔 戴卓尔
布莱尔 贝理雅
默克尔 梅克尔
马克龙 马克宏
萨科齐 萨尔科齐 萨科奇
特鲁多 杜鲁道
萨达姆 海珊
侯赛因 海珊
卡扎菲 格达费 格达菲
内塔尼亚胡 纳坦雅胡 尼坦雅胡
霍梅尼 何梅尼
扎克伯格 祖克柏 朱克伯格
乔布斯 贾伯斯
盖茨 盖兹
斯诺登 史诺登
斯皮尔伯格 史匹柏
希区柯克 希区考克
施瓦辛格 史瓦辛格
麦当娜 玛丹娜
迈克尔·杰克逊 麦可·杰克森 米高积逊
贝克汉姆 贝克汉 碧咸
齐达内 席丹 施丹
罗纳尔多 罗纳度 朗拿度
马拉多纳 马拉度纳 马勒当拿
舒马赫 舒马克 舒密加
达芬奇 达文西 达·芬奇
凡高 梵高 梵谷
勃拉姆斯 布拉姆斯
柏辽兹 白辽士
肖邦 萧邦
莫扎特 莫札特
陀思妥耶夫斯基 杜斯妥也夫斯基
纳博科夫 纳布可夫
塞万提斯 塞凡提斯
博尔赫斯 波赫士
马尔克斯 马奎斯 马奎兹
加缪 卡缪
福楼拜 福娄拜
茨威格 褚威格
福柯 傅柯
德里达 德希达
拉康 拉冈
本雅明 班雅明
阿伦特 鄂兰
海德格尔 海德格
维特根斯坦 维根斯坦
萨义德 萨依德
凯恩斯 凯因斯
哈耶克 海耶克
皮凯蒂 皮凯提
切尔诺贝利 车诺比 切尔诺比尔
好莱坞 荷里活
旧金山 三藩市
悉尼 雪梨
布里斯班 布里斯本
新奥尔良 纽奥良
蒙特利尔 蒙特娄 满地可
那不勒斯 拿坡里
佛罗伦萨 佛罗伦斯 翡冷翠
都灵 杜林
哥德堡 哥特堡
德累斯顿 德勒斯登
戛纳 坎城 康城
迪拜 杜拜
特立尼达 千里达
奔驰 宾士 平治
兰博基尼 蓝宝坚尼 林宝坚尼
标致 宝狮
阿斯顿·马丁 奥斯顿马丁 雅士顿马田
耐克 耐吉
宝洁 宝侨
娇生 强生
欧莱雅 莱雅
英伟达 辉达
"""
#: The spellings of one name, Simplified, the mainland's first.
REGIONAL_NAMES = [tuple(names.split()) for names in _NAMES.strip().splitlines()]
