"""Inflected forms of English words, by rules of spelling and a list of irregular forms.

There is no list of words behind it: "planning" may come from "plann", "planne" and "plan". The caller knows
which of these are words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import lru_cache

#: Base forms, each followed by its irregular forms.
_IRREGULAR = """
    arise arose arisen|awake awoke awoken|bear bore borne born|beat beaten|become became|begin began begun
    bend bent|bind bound|bite bit bitten|bleed bled|blow blew blown|break broke broken|breed bred
    bring brought|build built|burn burnt|buy bought|catch caught|choose chose chosen|cling clung|come came
    creep crept|deal dealt|dig dug|draw drew drawn|dream dreamt|drink drank drunk|drive drove driven
    eat ate eaten|fall fell fallen|feed fed|feel felt|fight fought|find found|flee fled|fly flew flown
    forbid forbade forbidden|forget forgot forgotten|forgive forgave forgiven|freeze froze frozen
    get got gotten|give gave given|go went gone|grind ground|grow grew grown|hang hung|hear heard
    hide hid hidden|hold held|keep kept|kneel knelt|know knew known|lay laid|lead led|lean leant
    leap leapt|learn learnt|leave left|lend lent|lie lay lain lying|light lit|lose lost|make made
    mean meant|meet met|mistake mistook mistaken|overcome overcame|pay paid|prove proven|ride rode ridden
    ring rang rung|rise rose risen|run ran|say said|see saw seen|seek sought|sell sold|send sent|sew sewn
    shake shook shaken|shine shone|shoot shot|show shown|shrink shrank shrunk|sing sang sung|sink sank sunk
    sit sat|sleep slept|slide slid|smell smelt|sow sown|speak spoke spoken|speed sped|spell spelt
    spend spent|spill spilt|spin spun|spring sprang sprung|stand stood|steal stole stolen|stick stuck
    sting stung|strike struck stricken|string strung|strive strove striven|swear swore sworn|sweep swept
    swell swollen|swim swam swum|swing swung|take took taken|teach taught|tear tore torn|tell told
    think thought|throw threw thrown|understand understood|undertake undertook undertaken|wake woke woken
    wear wore worn|weave wove woven|weep wept|win won|wind wound|withdraw withdrew withdrawn
    write wrote written|die dying|tie tying|bus buses|quiz quizzes
    man men|woman women|child children|person people|foot feet|tooth teeth|goose geese|mouse mice|ox oxen
    analysis analyses|basis bases|crisis crises|thesis theses|hypothesis hypotheses|diagnosis diagnoses
    criterion criteria|phenomenon phenomena|medium media|bacterium bacteria|curriculum curricula
    fungus fungi|nucleus nuclei|radius radii|stimulus stimuli|index indices|matrix matrices
    appendix appendices|leaf leaves|life lives|knife knives|wife wives|half halves|shelf shelves
    wolf wolves|loaf loaves|thief thieves|calf calves
"""
_FORMS = {row.split()[0]: tuple(row.split()[1:]) for row in re.split(r"[|\n]", _IRREGULAR) if row.strip()}
_BASES: dict[str, list[str]] = defaultdict(list)
for _base, _forms in _FORMS.items():
    for _form in _forms:
        _BASES[_form].append(_base)
#: Ending, what a base form has in its place, and the shortest word that is taken apart.
_ENDINGS = [
    ("ies", "y", 5), ("es", "", 5), ("s", "", 4), ("ied", "y", 5), ("ed", "", 5), ("ed", "e", 4),
    ("ing", "", 6), ("ing", "e", 5),
]  # fmt: skip
_HISSING = re.compile("(?:[sxz]|ch|sh)$")
_DOUBLED = re.compile(r"[^aeiouy][aeiou]([bdgklmnprtz])$")


@lru_cache(4096)
def base_forms(word: str) -> tuple[str, ...]:
    """What a folded word may be a form of: irregular base forms, the word itself, then the regular ones.

    >>> base_forms("planning")
    ('planning', 'plann', 'plan', 'planne')
    """
    found = [*_BASES.get(word, ()), word]
    if word.isascii() and word.isalpha() and not word.endswith("ss"):
        for ending, instead, shortest in _ENDINGS:
            if word.endswith(ending) and len(word) >= shortest:
                stem = word[: -len(ending)]
                found.append(stem + instead)
                if ending in ("ed", "ing") and not instead and len(stem) > 3 and stem[-1] == stem[-2]:
                    found.append(stem[:-1])
    return tuple(dict.fromkeys(found))


def inflected(base: str) -> list[str]:
    """What a folded word may look like: itself, its irregular forms, and the regular ones.

    >>> inflected("plan")
    ['plan', 'plans', 'planned', 'planning', 'planed', 'planing']
    """
    found = [base, *_FORMS.get(base, ())]
    if base.isascii() and base.isalpha() and len(base) > 2:
        ies = re.search("[^aeiou]y$", base)
        found.append(base[:-1] + "ies" if ies else base + ("es" if _HISSING.search(base) else "s"))
        # The last letter is doubled where the last syllable is stressed, which spelling does not tell.
        for stem in [base + base[-1]] * bool(_DOUBLED.search(base)) + [base.removesuffix("e")]:
            found += [base[:-1] + "ied" if ies else stem + "ed", stem + "ing"]
    return list(dict.fromkeys(found))
