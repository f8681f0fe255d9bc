"""The first letters of the pinyin of Chinese characters: 人工智能 is rgzn."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache

#: GB 2312 has its 3,755 most common characters in the order of pinyin: the first of each letter.
_FIRST = dict(zip("啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝", "abcdefghjklmnopqrstwxyz", strict=True))
_LETTERS = "".join(_FIRST.values())
#: The first of its other 3,008, which are in the order of their radicals.
_SECOND_ROW = 0xD8
#: The letters of those, one each, made with pypinyin 0.55.
_SECOND = (
    "cjwgnspgcgnegypbtyyzdxykygtzjnmjqmbsgzscyjsyyfpgkbzgydywjkgkljswkpjqhyjwrdzlsgmrypywwcckznkyygtt"
    "ngjeykkzytcjnmcylqlypyqfqrpzslwbtgkjfyxjwzltbncxjjjjtxdttsqzycdxxhgckbphffsstybgmxlpbyllbhlxsmzm"
    "yjhsojnghdzqyklgjhsgqzhxqgkezzwyscscjxyeyxadzpmdssmzjzqjyzcjjfwqjbdzbxgznzcpwhkxhqkmwfbpbydtjzzk"
    "qhylygxfptyjyyzpszlfchmqshgmxxsxjyqdcsbbqbefsjyhwwgzkpylqbgldlcctnmayddkssngycsgxlyzaypnptsdkdyl"
    "hgymylcxpycjndqjwqqxfyyfjlejpzrxccqwqqsbzkymgplbmjrqcflnymyqmsqtrbcjthztqfrxqhxmjjcjlxxgjmshzkbs"
    "wyemyltxfsydsglycjqxsjnqbsctyhbftdcyjdjwyghqfrxwckqkxebptlpxjzsrmebwhjlbjslyysmdxlclqkxlhxjrzjmf"
    "qhxhwywsbhtrxxglhqhfnmgykldyxzpylggsmtcfpajjzyljtyanjgbjplqgdzyqyaxbkysecjsznslyzhzxlzcghpxzhzny"
    "tdsbcjkdlzyyfwydlebbgqyzkggldndnyskjshdlyxbcghxypkdjmmzngmmclgwzszxzjfznmlzzthcsydbdllscddnlkjyk"
    "jsycjlkohqasdknhcsganhdaashtcplcpqybsdmpjlpcjoqlcdhjjysprchnwjnlhlyyqyhwzptczgwwmzffjqqqqyxaclbh"
    "kdjxdgmmydjxzllsygxgkjrywzwyclzmssjzldbydcpcxyhlxchyzjqsqqagmnyxpfrkssbjlyxysyglnscmhcwwmnzjjlxx"
    "hchsyzsttxrycyxbyhcsmxjsznpwgpxxtaybgajcxlyxdccwzocwkccsbnhcpdyznfcyytyckxkybsqkkytqqxfcwchcykel"
    "zqbsqyjqcclmthsywhmktlkjlycxwheqqhtqhqpqsqscfymmdmgbwhwlgsllystlmlxpthmjhwljzyhzjxhtxjlhxrswlwzj"
    "cbxmhzqxsdzpmgfcsglsxymjshxpjxwmyqksmyplrthbxftpmhyxlchlhlzylxgsssstclsldclrpbhzhxyyfhbmgdmycnqq"
    "wlqhjjcywjzyejjdhpblqxtqkwhlchqxagtlxljxmsljhtzkzjecxjcjnmfbycsfywybjzgnysdzsqyrsljpclpwxsdwejbj"
    "cbcnaytwgmpapclyqpclzxsbnmsggfnzjjbzsfzyndxhplqkzczwalsbccjxsyzgwkypsgxfzfcdkhjgxtlqfsgdslqwzkxt"
    "mhsbgzmjzrglyjbpmlmsxlzjqqhzyjczydjwbwjklddpmjegxyhylxhlqyqhkycwcjmyyxnatjhyccxzpcqlbzwwytwbqcml"
    "pmyrjcccxfpznzzljplxxyztzlgdldcklyrzzgqtgjhhgjljaxfgfjzslcfdqzlclgjdjzsnzlljpjqdcclcjxmyzftsxgcg"
    "sbrzxjqqctzhgyqtjqqlzxjylylbcyamcstylpdjbyregklzyzhlyszqlznwczcllwjqjjjkdgjzolbbzppglghtgzxyjhzm"
    "ycnqcycyhbhgxkamtxyxnbskyzzgjzlqjdfcjxdygjqjjpmgwgjjjpkqsbgbmmcjssclpqpdxcdyykypcjddyygywrhjrtgz"
    "nyqldkljszzgzqzjgdykshpzmtlcpwnjyfyzdjcnmwescyglbtzcgmssllyxysxsbsjsbbsgghfjlypmzjnlyywdqshzxtyy"
    "whmcyhywdbxbtlmsyyyfsxjcbdxxlhjhfssxzqhfzmzcztqcxzxrttdjhnnyzqqmtqdmmgyydxmjgdhcdyzbffallztdltfx"
    "mxqzdngwqdbdcdjdxbzgsqqddjcmbkzffxmkdmdsyyszcmljdsynsprskmkmpcklgtbqtfzswtfgglyplljzhgjjgypzltcs"
    "mcnbtjbqfkthbyzgkpbbymtdssxtbnpdkleycjnyddykzddhqhsdzsctarlltkzlgecllkjlqjaqnbdkkghpjtzqksecshal"
    "qfmmgjnlyjbbtmlyzxdcjpldlpcqdhzycbzsczbzmsljflkrzjsnfrgjhxpdhyjybzgdlqcsezgxlblgyxtwmabchecmwyjy"
    "zlljjyhlgndjlslygkdzpzxjyyzlwcxszfgwyydlyhcljscmbjhblyzlycblydpdqysxqzbytdkyxjyycnrjmpdjgklcljbc"
    "tbjddbblblczqrppxjcjlzcshltoljnmdddlngkathqhjhykheznmshrphqqjchgmfprxhjgdychghlyrzqlcyqjnzsqtkqj"
    "ymszswlcfqqqxyfggyptqwlmcrnfkkfsyylqbmqammmyxctpshcptxxzzsmphpshmclmldqfyqxszyjdjjzzhqpdszglstjb"
    "ckbxyqzysgpsxqzqzrqtbdkyxzkhhgflbcsmdldgdzdblzyycxnncsybzbfglzzxswmsccmqnjqsbdqsjtxxmbltxzclzshz"
    "cxrqjgjylxzfjphymzqqydfqjjlzznzjsdgzygctxmzysctlkphtxhtlbjxjlxscdqxcbbtjfqzfsltjbtkqbxxjjljchczd"
    "bzjdczjdcprnpqcjpfczlclzxzdmxmphjsgzgszzqjylwtjpfsyaxmcjbtzkycwmytzsjjlqcqlwzmalbxyfbpnlsfhtgjwe"
    "jjxxglljstgshjqlzfkcgnndszfdeqfhbsaqtgylbxmmygszldydqmjjrgbjtkgdhgkblqkbdmbylxwcxyttybkmrtjzxqjb"
    "hlmhmjjzmqasldcyxyqdlqcafywyxqhz"
)
#: Common characters with a second reading, and its letter.
_SECOND_READING = dict(
    zip(
        "行长重乐曾调传参藏单弹盛石系会降厦仇贾翟查区朝车恶率奇阿解校卡沈省便扁秘给强泊屏圈叶种识臭畜否脯合",
        "hzcyctzszstcdjkxsqgzzozjwsjexjqcxppbjjpbjxczxcppg",
        strict=True,
    )
)


@cache
def _starts() -> list[int]:
    return [_code(character) for character in _FIRST]


def _code(character: str) -> int:
    """Its place in GB 2312; 0 if it is not there."""
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return 0
    return int.from_bytes(code, "big") if len(code) == 2 else 0


def letter(character: str) -> str:
    """The letter of its most common reading; "" for what is not a Simplified character of GB 2312."""
    code = _code(character)
    row, column = divmod(code, 256)
    if row >= _SECOND_ROW:
        place = (row - _SECOND_ROW) * 94 + column - 0xA1
        return _SECOND[place] if place < len(_SECOND) else ""
    place = bisect_right(_starts(), code)
    return _LETTERS[place - 1] if place else ""


class _Table(dict[int, str]):
    """``str.translate`` table that looks each character up when it is first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        found = "" if character in _SECOND_READING else letter(character)
        self[code] = found or character
        return self[code]


_TABLE = _Table()


def initials(folded: str) -> str:
    """Folded text with each Chinese character as its letter; those with two stay, for `pattern`."""
    return folded if folded.isascii() else folded.translate(_TABLE)


@cache
def _class(character: str) -> str:
    both = "".join(each for each, second in _SECOND_READING.items() if character in (second, letter(each)))
    return f"[{character}{both}]" if both else re.escape(character)


def pattern(letters: str, between: str = "") -> str:
    """A regular expression that finds these letters in `initials`, with ``between`` from one to the next."""
    return between.join(map(_class, letters))
