"""The answer types that a question expects, and those that a sentence contains.

The types follow Li and Roth, "Learning Question Classifiers" (2002), reduced to what surface patterns
can recognise in Chinese and English.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from index.text.fold import fold_text
from index.text.han import HAN

_HAN_NUMBER = "[〇零一二两三四五六七八九十百千万亿]"
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
_SPENT = (
    r"\b(?:pays?|paid|costs?|offer(?:s|ed)?|raise[sd]?|worth|earn(?:s|ed)?|spen(?:ds?|t)|invest(?:s|ed)?"
    r"|(?<!in )charge[sd]?|fees?|prices?|salar(?:y|ies))\b"
)
_WHOM = "person|researcher|scientist|man|woman|player|judge|author|actor|king|president|minister|official"
_CURRENCY = r"美元|元|欧元|英镑|日元|美金|港元|台币|块钱|块(?=\W|$)"
#: What counts or measures after a Chinese number.
_CLASSIFIERS = (
    "个名位人次种条座家所项岁年月日倍成分天级层度米里尺寸丈斤两克吨升亩页章字杯勺匙片颗粒只头匹棵台辆艘架本张间栋扇口"
    "双对组套件封篇首部场届期代点小周秒遍盘碗册枚份"
)
#: What follows a decimal number that is no version.
_MEASURE = (
    r"[%°万亿千百元米公克度倍分个吨升亩岁次页台人]|percent|(?:m|b|tr)illion|times\b|[kcm]?[gm]\b|[kmgt]b\b|l\b|litres?"
    r"|liters?|watts?|metres?|meters?|bar\b|kilo|miles?|feet|inch|degrees?|dollars|euros|pounds|hours|years"
)
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|several"

#: What makes a number of days, of money or of degrees of it, and no count of things.
_MEASURED = (
    r"(?:%|percent|per cent)(?! of\b)|个?(?:年|月|日|天|号|小?时|钟头|分钟?|秒|周(?!\w)|星期|礼拜)|岁|点|"
    rf"°|℃|℉|度|成(?!\w)|{_CURRENCY}|(?:business |working |calendar )?"
    r"(?:years?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?)\b|"
    r"(?:degrees?|dollars?|euros?|pounds|cents|st|nd|rd|th|am|pm)\b"
)
#: What is counted, and no time, age or degree, nor one of an order as the third floor is.
_COUNTED = "个名位人种次条座家所项字杯勺匙片颗粒只头匹棵台辆艘架本张间栋扇口双对组套件封篇首部场遍盘碗枚根支"

#: Type → patterns over the folded question.
_ASKED = {
    "percent": (
        "百分之几|百分比|比例|占比|几成|增长率",
        r"percent|proportion|(?:what|how (?:big|large) an?) (?:share|fraction|portion)\b",
    ),
    "money": (
        "(?:多少|几).{0,4}(?:钱|元|美元|美金|欧元|英镑|日元)",
        "(?:薪|价|费|金额|[估市]值|收入|工资|成本|营收|资金|票房|预算|[租奖押定]金)[^，,]{0,6}(?:多少(?![\\w])|几[元块万]|多高)",
        "(?:花|赔|付|捐|赚|融|投资|投|出)了?多少(?!人|个|名|年|天|次)",
        rf"how much (?:money|funding|cash|revenue|profit|pay|tax|.*(?:{_SPENT}))",
        # "What is an exploding offer?" asks for a definition.
        rf"what (?:price|salary|sum)|what amount\b(?! of)|what (?:did|does|do|will|would) .*(?:{_SPENT})",
        rf"what (?:was|is) (?!an? ).*(?:{_SPENT})",
    ),
    "date": (
        "何时|什么时候|什么时间|哪[一几]?年|哪[一几]?天|哪个?月|几月|几号|几年|何年|时间是|日期",
        "哪个?(?:年代|世纪|时期|朝代)",
        # "Why does it stop when …" asks for no date.
        r"^\W*(?:(?:and|so|then|but|since|until|from|by)\s)?when\b|(?:since|until) when\b",
        r", when (?:did|do|does|was|is|will)\b",
        "what (?:year|date|day|month|century|decade|time)|which (?:year|month|century|decade)",
    ),
    "duration": (
        "多久|(?<!哪)几(?:个?(?:年|月|小时|钟头|星期|礼拜)|天|周|日|分钟|秒)",
        "多少(?:年|天|周|个?小时|分钟|个月|个工作日)|多长",
        "how long|how many (?:years|months|weeks|days|hours|minutes|business days|working days)",
    ),
    # A part of the day or a season tells when, too.
    "moment": (
        "何时|什么时候|什么时间",
        r"^\W*(?:(?:and|so|then|but|since|until|from|by)\s)?when\b|what time",
    ),
    # What lasts or what is built may be meant.
    "length": (
        "多(?:长(?!的?时间)|[宽厚薄粗细])",
        r"how long (?:is|are|was|were)\b|how (?:thick|thin|wide|tall)\b",
    ),
    # What is so in general begins or ends with something else; what was so once had a date.
    "occasion": (
        r"(?:什么时[候间]|何时)(?!.*(?:[过的]|[^为]了)\W*$)",
        r"^\W*(?:(?:and|so|then|but)\s)?when (?:do|does|is|are|can|may|must|should|will|would|shall)\b",
    ),
    "age": ("(?:多少|几)岁|多大(?:年纪|岁数|年龄|了)|年龄|年纪", r"how old|what age|\bage of\b"),
    "number": (
        "(?<!号码是)(?<!密码是)(?<!账号是)(?<!电话是)多少|(?<![好哪])几[^乎率近何点时年月日号经\\W]|第几",
        "多[大高长远重快深宽厚低热冷粗薄细浅窄慢]|数量|人数|面积|人口",
        "how (?:many|much|old|tall|far|long|large|big|high|often|fast|deep|wide|heavy|hot|cold|thick|thin"
        "|shallow|narrow|slow)",
        r"(?:what|which) (?:(?:is|are|was|were) (?:an? |the )?)?(?:\w+ ){0,2}"
        r"(?:number|size|age|population|multiple|latency|speed|height|length|limit|value|dos(?:e|age))\b",
        "剂量|用量",
    ),
    "count": (
        f"(?<![第哪])(?:多少|几)[{_COUNTED}](?!数)",
        "how many (?!(?:of the )?"
        "(?:times|miles|kilomet|met(?:er|re)s|feet|inches|pounds|kilo|grams|calories|points))",
    ),
    "temperature": (
        "多少度|几度|温度[^，,]{0,8}(?:多少|几|多高)|多[热冷烫]",
        r"(?:what|which) (?:\w+ ){0,4}temperatures?\b|how (?:hot|cold|warm)",
        r"\btemperatures? (?:is|are|was|were|do|does|did|can|should|must)\b",
    ),
    "phone": (
        "(?:电话|手机|传真|热线|联系)号|(?:电话|手机|热线|传真)(?:是|打)?(?:多少|几号|什么)",
        "联系电话|打(?:什么|哪个)(?:电话|号码)",
        r"(?:phone|fax|mobile|cell|contact|hotline) number",
        r"(?:what|which) number .*\b(?:call|ring|dial|phone)\b",
    ),
    "email": (
        "邮箱|电子信箱|(?:电邮|邮件|email)地址",
        r"\be-?mail address|(?:what|which) e-?mail\b|e-?mail (?:can|do|should) ",
    ),
    "website": (
        "网址|(?:官网|网站|主页)(?:的?地址|链接|是什么|是哪|是多少)",
        r"\b(?:web ?site|web|page) address|\burl\b|what(?:'s| is| was) "
        r"(?:(?!of\b)[\w'’-]+ ){0,4}(?:web ?site|home ?page)(?: (?:of|for)\b|\W*$)",
    ),
    "identifier": (
        "(?:编号|号码|单号|[账帐](?:户号码|号(?!密码))|[卡学工证案文税批票]号|车牌号?|型号|序列号|邮编|邮政编码|统编)"
        "[^,。?]{0,3}(?:是|为)?(?:多少|什么|几号)",
        r"\b(?:account|booking|reservation|confirmation|order|invoice|policy|serial|model|passport|licen[cs]e"
        r"|registration|flight|tracking|reference|ticket|case|tax|vat|card|customer|member(?:ship)?|employee|staff"
        r"|student|patient|insurance|batch|room) (?:number\b|no\.|code\b|id\b)"
        r"|\b(?:sort|zip|post(?:al)?|door|access|wi-?fi) ?code\b|licen[cs]e plate",
    ),
    "colour": ("什么颜色|哪种颜色|何种颜色|什么色", r"(?:what|which) (?:\w+ )?colou?rs?\b"),
    "person": (
        "谁|何人|哪一?位|哪个?人|什么人|哪些人|人名",
        rf"\bwho(?:m|se)?\b|(?:which|what) (?:{_WHOM})",
    ),
    "place": (
        "哪里|哪儿|何处|何地|什么地方|位于|在哪",
        "哪一?个?(?:国家|城市|地区|地方|省|州|洲|市|县|国)",
        r"\bwhere\b|(?:what|which) (?:country|city|state|place|region|town|continent|location|area)",
    ),
    "organisation": (
        "(?:哪|什么)一?[个家所]?[^，,]{0,2}(?:公司|机构|组织|大学|学校|企业|球队|部门|团队)",
        "(?:what|which) (?:company|organi[sz]ation|university|school|team|agency|group|firm|lab)",
    ),
    "reason": (
        "为什么|为何|原因|怎么会|何以|因何",
        r"\bwhy\b|what (?:caused|causes|reason)|reason for",
    ),
    "manner": (
        "怎么|怎样|如何|什么方法|什么方式",
        r"\bhow (?:do|does|did|can|is|are|was|were|to)\b",
    ),
    "definition": (
        "是什么(?!颜色)|什么是|何谓|是指什么|什么意思|定义",
        r"what (?:is|are|was|were) (?:a |an |the )?\w+\W*$|meaning of|defin",
    ),
}
#: Type → patterns over the folded sentence.
_HELD = {
    "percent": (
        r"\d\s?%|百分之|\d成|[一二三四五六七八九]成|三分之|二分之|四分之",
        r"percent|per cent|\b(?:half|third|quarter)s?\b",
    ),
    "money": (
        rf"[$€£¥]\s?\d|(?:\d|{_HAN_NUMBER})\s?[万亿千百]?[多余]?(?:{_CURRENCY})",
        r"\d\s?(?:dollars|million|billion|euros|pounds|cents|yuan|rmb|usd|k cash)|dollars",
        # What is told in tens of thousands without what is counted: 10-15万, 三到五万起.
        rf"万(?<=[\d {_HAN_NUMBER[1:-1]}]万)[多余]?(?=$|[^\w]|左右|上下|以[上下]|起|不等|到|至)",
    ),
    "date": (
        rf"\d{{3,4}}\s?年|{_HAN_NUMBER}{{3,}}年|\d+\s?月|[一二三四五六七八九十]月|\d\s?[日号]|年前|民国",
        "[世年][纪代](?![表码理])|[秦汉唐宋元明清]朝|(?:今|明|去|前|后)[天年]|周[一二三四五六日末]",
        rf"\b1\d{{3}}\b|\b20\d\d\b|\b(?:{'|'.join(MONTHS)}|{WEEKDAYS})\b|century|\b\d+(?:st|nd|rd|th)\b",
        r"[年月][底初末]|[上中下]旬|\b(?:end|start|beginning|middle) of (?:the|each|every) (?:year|month)\b",
        # A version is a date for software.
        r"\d{1,2}[/:]\d{2}|\d\s?[ap]\.?m\b|[零一二三四五六七八九十\d]点|星期[一二三四五六日]|版本|版以后",
        rf"(?<![$€£¥\d.,])v?\d+\.\d(?!\d*(?:\.\d+)?\s?(?:{_MEASURE}))",
    ),
    "moment": (
        "(?=[日天早清凌上中正下午傍黄晚深半夜饭睡春夏秋冬初盛仲])(?:日[出落]|天[亮黑]|早[上晨]|清晨|凌晨|上午|中午|正午|下午"
        "|午[前后]|傍晚|黄昏|晚上|[深半]夜|夜[里间晚]|[饭睡][前后]|[春夏秋冬][天季]|[初盛仲深晚][春夏秋冬])",
        r"\b(?=[abdemnsw])(?:dawn|dusk|sun(?:rise|set)|mornings?|noon|midday|afternoons?|evenings?|nights?|midnight"
        r"|bedtime|spring|summer|autumn|winter|(?:before|after) (?:breakfast|lunch|dinner|meals?))\b",
    ),
    "occasion": (
        "[前后][，,]|[之以][前后]|后(?:即|便|就|再|才|立)|(?:一旦|直到|每当)|期间|[期届]满|当[天日月年]|同时|随时|超过.{1,8}[年月日天]",
        r"\b(?:when|whenever|once|after|before|until|till|upon|unless|within|following|during|as soon as"
        r"|(?:first|last) (?:full )?(?:day|week|month|period)|by the time|at the (?:end|start|beginning))\b",
    ),
    "duration": (
        # 2022年 and 11月 are times, no durations.
        rf"[\d几数半{_HAN_NUMBER[1:-1]}](?<![12]\d\d\d)(?<![一二][〇零九八七六五四三]{_HAN_NUMBER * 2})\s?"
        "(?:个(?:月|半月)|年(?![代级底初末中度])|个?(?:日|天|工作日|小时|钟头|分钟?|秒|周|星期|礼拜|学期|季度)|[晚夜])",
        rf"(?:\d|\b(?:{_SMALL}|half|an?|few))[ -](?:(?:business|working|calendar|half)[ -])?"
        r"(?:years?|months?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|weeks?|decades?|semesters?|nights?)\b",
        r"\d\s?(?:h|hrs?|mins?|s|ms|d)\b|永久|forever|permanent",
    ),
    "length": (
        rf"(?:\d|{_HAN_NUMBER})\s?(?:千米|公里|厘米|毫米|米|公尺|公分|英尺|英里|英寸|里(?!面)|丈|尺|寸)",
        r"\d[\s-]?(?:k|c|m)?m\b|\d[\s-](?:kilo|centi|milli)?met(?:er|re)s?\b|\d[\s-](?:feet|foot|ft|inch(?:es)?|miles?)\b",
    ),
    "age": (
        rf"(?:\d|{_HAN_NUMBER})\s?周?岁",
        r"\d[- ]years?[- ]olds?\b|\baged? \d|\b(?:was|is|at) \d\d\b|, \d\d,",
    ),
    "number": (
        rf"(?<![a-z\d_./-])(?!\d{{4}}\s?年)\d|{_HAN_NUMBER}+(?:[{_CLASSIFIERS}]|多)",
        rf"\b(?:{_SMALL}|twenty|thirty|forty|fifty|hundred|thousand|million|billion|dozen)\b",
        r"\b(?:once|twice|half|first|second|third|none|no more than|unlimited)\b|无限|不限|没有限制|一次",
    ),
    "count": (
        r"(?<![a-z\d_./:$€£¥第-])(?<!\d )(?!\d{4}\s?年|0\d|\d+[ :]\d)"
        r"(?!(?:(?<=in )|(?<=since )|(?<=from )|(?<=by )|(?<=of )|(?<=, )|(?<=\()|(?<=\( ))"
        r"(?:1[5-9]|20)\d\d\b)"
        r"(?>\d[\d,.]*(?:\s?(?:[-–~～至到或]|to|or)\s?\d[\d,.]*)?"
        r"(?:\s?(?:hundred|thousand|million|billion|[十百千万亿]))*[多余几+]?)"
        rf"(?![\s-]?(?:{_MEASURED}))",
        rf"(?<!第)(?:一(?=[二三四五六七八九十百千万亿])|[二两三四五六七八九十百千万亿几数]){_HAN_NUMBER}*[多余几]?[{_COUNTED}]",
        f"(?:只|仅|唯|最多|至多|同时|不超过)[^，。；!?]{{0,12}}一[{_COUNTED}]|唯一|无限|不限|没有限制",
        rf"\b(?:{_SMALL.removeprefix('one|')}|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|"
        rf"fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|dozens?)\b(?![\s-](?:{_MEASURED}))",
        r"\b(?:(?:only|just|exactly|at most) (?:\w+ ){0,4}one|a single|once|twice|none|unlimited"
        r"|there (?:is|are|was|were) no)\b",
    ),
    "temperature": (
        rf"(?:\d|{_HAN_NUMBER})\s?(?:°|℃|℉|度)|室温|常温|冷藏|冷冻",
        r"\d\s?(?:degrees?|c\b|f\b)|room temperature",
    ),
    "phone": (
        r"(?<![\d.])(?!\d{4}[-/]\d{1,2}[-/]\d)(?:\+|\(\+?)?\d(?:[\s()/-]{0,2}\d){6,}(?!\.?\d|:)",
        r"(?:电话|手机|热线|传真|分机|拨打?|致电|\b(?:tel|phone|fax|call|dial|ring|ext(?:ension)?))[^\d。.;]{0,6}\d{3,}(?!\.?\d|:)",
    ),
    "email": (r"[\w.+-]+@[\w-]+\.\w",),
    "website": (
        r"https?://|\bwww\.|(?<![\w@.-])(?:[\w-]+\.)+(?:com|org|net|edu|gov|io|cn|tw|hk|uk|de|jp|info|app|dev)\b(?!@)",
    ),
    "identifier": (
        r"(?<![\w.,:/$€£¥-])(?!\d{4}[-/]\d{1,2}[-/]\d|(?:19|20)\d\d\b)"
        r"(?:[a-z]{1,5}[-/]?\d[\d/-]*\d[a-z\d]*|\d[\d/-]*\d[a-z\d/-]*\d)"
        r"(?![.,]\d|\s?[:%]|\s?(?:元|年|月|号|[kcm]?[gm]\b|euros?\b))",
        r"(?:编号|号码|单号|[账帐卡学工证案文税批票]号|\b(?:number|code|no|id)\b\.?)\s?[:|]\s?\S",
    ),
    "colour": (
        "[红橙黄绿蓝紫黑白灰棕粉银金青褐米]色|彩色|透明",
        r"\b(?:red|orange|yellow|green|blue|purple|black|white|gr[ae]y|brown|pink|silver|gold|navy|beige)\b",
    ),
    "reason": (
        "因为|由于|因此|所以|为了|以免|导致|原因|造成|使得|出于|鉴于",
        r"\b(?:because|due to|since|so that|in order to|therefore|as a result|caused|led to|reasons?)\b",
        r"\b(?:thus|owing to|result(?:ed|ing)? (?:in|from))\b",
    ),
    "manner": (
        "通过|利用|采用|以.{1,12}(?:方式|方法)|借助|用来",
        r"\bby \w+ing\b|\b(?:using|through|via|means of)\b",
    ),
    "definition": (
        "是指|是一|指的是|称为|即|又称|所谓|属于",
        r"\b(?:is|are|was|were) (?:a|an|the)\b|refers? to|known as|\b(?:called|defined)\b",
    ),
    "place": (
        "[国州省市县区岛城镇村河湖山海洋洲路街港湾]|位于|在.{1,8}(?:举行|成立|出生)|地区",
        r"\b(?:in|at|near|from) [a-z]",
    ),
}
#: The number of an item, which counts nothing.
_MARK = re.compile(r"(?m)^[ \t]*(?:\d{1,3}(?:[.)](?=\s)|、)|\(\d{1,3}\))")
#: The label of a line that tells a place: "Venue: …".
_PLACE_TOLD = re.compile(
    r"[-*•·\s]*(?:(?:\w+ )?(?:place|venue|location|address|room|where)"
    rf"|[{HAN}]{{0,4}}(?:地点|地址|场地|场所|会场|位置))\s?[:|]\s?\S"
)
#: Folding removes the capitals and middle dots of names, so they are looked for in the original sentence.
_NAME = re.compile(
    rf"[A-Z][\w'’.-]+|[A-Z]{{2}}|[{HAN}][·‧・•．][{HAN}]|"
    rf"[{HAN}]{{2}}(?:公司|大学|大學|学院|學院|研究所|集团|集團|机构|機構|组织|組織|银行|銀行|队|隊|党|黨|部|局|院)"
)
_SPELT = re.compile(rf"(?<![A-Za-z])[A-Z][\w'’-]*|[{HAN}][·‧・•．][{HAN}]")
#: Types that a name answers; quantities that others specialise; all quantities; what reaches or tells one;
#: and what the look of a text tells, which are both of these.
NAME_TYPES = frozenset({"person", "organisation", "place"})
GENERAL = frozenset({"number", "count"})
QUANTITY_TYPES = GENERAL | frozenset(
    {"temperature", "age", "length", "money", "percent", "date", "duration", "moment", "occasion"}
)
OCCASION = frozenset({"occasion"})
ADDRESS_TYPES = frozenset({"phone", "email", "website", "identifier"})
TOLD_TYPES = QUANTITY_TYPES | ADDRESS_TYPES


@cache
def _held(name: str) -> re.Pattern[str]:
    return re.compile("|".join(_HELD[name]))


#: Asks why, and for nothing else: 为什么要分几次 is no question for a count.
_ONLY_WHY = re.compile(
    r"(?!.*(?:多[少久大长高远重快深宽]|何时|什么时候|哪一?年))(?=.*(?:为什么|为何))"
    r"|(?!.*\b(?:when|how)\b)^\W*(?:and |so |but |then )?why\b"
)
#: 差在哪里 asks for a difference, 难在哪儿 for a reason.
_IN_WHAT = re.compile(
    "(?:[差好贵难错强弱]|[区差]别|不同|差异|问题|原因|优势|[优缺]点|[好坏]处)[^，,。]{0,3}在(?:哪|何处|什么地方)"
)

#: A clause that says what the thing or way that is asked for tells or sets: "which gauge tells how hot …",
#: 怎么查…有多少天. What it asks for is not asked for.
_CLAUSE = re.compile(
    r"^\W*(?:(?:and|so|then|but)\s)?(?:(?:which|what) (?!time|year|date|day|month|do|does|did)"
    r"(?:[\w'’-]+ ){1,4}?(?:tell|show|say|set|mean|decide|determine|control|specif|define|limit|indicate"
    r"|measure|record)"
    r"(?:s|ies|y|ed)?|how (?:do|does|did|can|could|should|would|to) (?:[\w'’-]+ ){0,2}?"
    r"(?:see|tell|find out|know|check|set|change|choose|look up|limit|specify|control|configure|work out))"
    r" (?:me |us |you )?(?P<en>(?:how (?:many|much|long|often|old|far|fast|big|large|high|hot|deep)"
    r"|when|where|who|why)\b[^,?]*)"
    r"|(?:怎么|如何|怎样)(?:才能|可以)?"
    r"(?:查看|查询|查|看出|看|知道|得知|判断|计算|算|设置|设定|设|修改|改|指定|控制|限制|调整|统计)"
    r"(?P<zh>[^，,;。?]*(?:多[少久长大]|几|何时|什么时候|哪[里儿])[^，,;。?]*)"
)

_ASKED_PATTERNS = {name: re.compile("|".join(patterns)) for name, patterns in _ASKED.items()}


@lru_cache(256)
def expected_types(question: str) -> frozenset[str]:
    """The types that a question asks for, of quantities the special ones alone: a duration is no number."""
    folded = fold_text(question)
    if clause := _CLAUSE.search(folded):
        start, end = clause.span(clause.lastgroup or 0)
        folded = folded[:start] + folded[end:]
    types = {name for name, pattern in _ASKED_PATTERNS.items() if pattern.search(folded)}
    if "reason" in types and _ONLY_WHY.match(folded):
        types -= TOLD_TYPES
    if "place" in types and _IN_WHAT.search(folded):
        types.discard("place")
    if "phone" in types:
        types.discard("identifier")
    if types & ADDRESS_TYPES:
        return frozenset(types - QUANTITY_TYPES - {"definition"})  # 几号 is no date then
    if types & QUANTITY_TYPES - GENERAL:
        return frozenset(types - GENERAL)
    return frozenset(types - {"number"} if "count" in types else types)


#: What "how many" and 几 count.
_COUNTS = re.compile(
    rf"\bhow many (?:\w+ )?(?P<en>[a-z]{{2,}}?)(?:ies|e?s)?"
    r"(?= (?:is|are|was|were|do|does|did|can|could|may|have|has|will)\b)"
    rf"|(?:多少|几)(?P<measure>[{_COUNTED}])(?P<zh>[{HAN}]{{2}})"
)
#: The singular of plurals that do not end with s.
_SINGULAR = {"children": "child", "people": "person", "men": "man", "women": "woman", "wive": "wife"}


def single(question: str) -> re.Pattern[str] | None:
    """What tells in a folded text that there is one of what a folded question counts: one cat, 一个女儿."""
    if (found := _COUNTS.search(question)) is None:
        return None
    if found["zh"]:
        return re.compile(f"一{found['measure']}[^，,。;]{{0,4}}{found['zh']}")
    noun = _SINGULAR.get(found["en"], found["en"])
    return re.compile(rf"\bone (?:\w+ )?{re.escape(noun)}(?:e?s|y)?\b")


def contained_types(sentence: str, folded: str, types: frozenset[str]) -> frozenset[str]:
    """Those of ``types`` that a sentence contains. ``folded`` is the folded sentence."""
    rest = _MARK.sub("", folded) if types & GENERAL else folded
    found = {name for name in types & _HELD.keys() if _held(name).search(rest if name in GENERAL else folded)}
    if types & NAME_TYPES and _NAME.search(sentence[1:]):
        found |= types & NAME_TYPES
    return frozenset(found)


def tells_place(folded: str) -> bool:
    """Whether a folded line has a label that says it is a place."""
    return _PLACE_TOLD.match(folded) is not None


def spelled_names(sentence: str) -> list[str]:
    """Names that spelling shows, folded: capitalised Latin words, and the characters around a Chinese dot."""
    return [fold_text(match.group()) for match in _SPELT.finditer(sentence)]


def introduces_name(sentence: str, folded: str) -> bool:
    """Whether the sentence, after its first character, holds a name that the ``folded`` text lacks."""
    return any(name not in folded for name in spelled_names(sentence[1:]))
