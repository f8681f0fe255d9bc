"""The few numbers that were chosen rather than derived, each with the dev figure that chose it.

Figures are nDCG@10 on xquad_dev zh→zh / en→en / zh→en / en→zh, drcd_dev, squad2_dev unless
another measure is named.
"""

from __future__ import annotations

#: Nearest lexicon words tried for a question word. 10: .967/.979/.889/.882; 30: .969/.980/.893/.886.
EXPANSIONS = 30
#: Least cosine of a word taken for a synonym or translation; 0.4 loses 0.6 points en→zh.
LEAST_SIMILARITY = 0.3
#: A word matched with cosine c counts c**2 of an exact match; c**1 loses 1 to 2 points everywhere.
SIMILARITY_POWER = 2.0
#: Rarity in general text and in the library count alike; general rarity alone loses 0.4 points.
LIBRARY_SHARE = 0.5
#: Weight of the vector leg beside the lexical leg's share of the best score that it could reach.
#: 0: .966/.976/.887/.878; 0.2: .969/.980/.894/.886; 0.4: .965/.981/.885/.875.
DENSE_WEIGHT = 0.2
#: Passages each leg proposes before the two are fused.
CANDIDATES = 100
#: Least cosine of a match that is marked for the reader: below it pairs look arbitrary.
LEAST_SHOWN_SIMILARITY = 0.45

#: Weights of ``answer.FEATURES``.
SENTENCE_WEIGHTS = (3.0, 1.0, 1.0, 0.3, 0.5, 0.6, -0.3, 1.5, 0.0, 0.5, 0.3, -1.0)
#: A sentence this close to the best one's score is quoted with it.
CLOSE_SCORE = 0.25
#: The most sentences an answer quotes.
MOST_SENTENCES = 3
#: Sentences that share this much of the shorter one's words say the same.
SAME_FACT = 0.6
