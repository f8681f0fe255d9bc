"""The few numbers that were chosen rather than derived, each with the dev figure that chose it.

Figures are nDCG@10 on xquad_dev zh→zh / en→en / zh→en / en→zh unless another measure is named. Those of
the first four were taken before the lexicon was trained.
"""

from __future__ import annotations

#: Nearest lexicon words tried for a question word. 10: .967/.979/.889/.882; 30: .969/.980/.893/.886.
EXPANSIONS = 30
#: Least cosine of a word taken for a synonym or translation; 0.4 loses 0.6 points en→zh.
LEAST_SIMILARITY = 0.3
#: A word matched with cosine c counts c**2 of an exact match; c**1 loses 1 to 2 points everywhere.
SIMILARITY_POWER = 2.0
#: Similarity of two names that mean the same, as an article or a taught word says: all but the same word.
ALIAS_SIMILARITY = 0.95
#: Highest log probability of a surname that alone stands for a whole name; a more common one (Chen, Stone)
#: is as good as any word.
RARE_NAME = -12.5
#: Rarity in general text and in the library count alike; general rarity alone loses 0.4 points.
LIBRARY_SHARE = 0.5
#: Weight of the vector leg beside the lexical leg's share of the best score that it could reach.
#: With the trained lexicon, 0: .975/.982/.929/.922; 0.2: .974/.983/.944/.937; 0.5: .973/.977/.942/.926.
DENSE_WEIGHT = 0.2
#: Passages each leg proposes before the two are fused.
CANDIDATES = 100
#: Least cosine of a match that is marked for the reader: below it pairs look arbitrary.
LEAST_SHOWN_SIMILARITY = 0.5

#: Weights of a sentence's features, see ``qa.answer``: a softmax over the passages' sentences, fitted
#: on all question sets. The answer stands in the best sentence .779/.805/.717/.743 (xquad zh→zh, en→en,
#: zh→en, en→zh), .769 cmrc2018_trial, .860 drcd_dev; left out of the fit one corpus at a time,
#: .764/.788/.707/.721, .738, .857. A network of 16 hidden units did no better.
SENTENCE_WEIGHTS = {
    "coverage": 4.10,
    "exact": -0.66,
    "distinct": 4.02,
    "before": 1.75,
    "after": 1.18,
    "context": 3.15,
    "earlier": 1.54,
    "passage_coverage": 0.10,
    "holds_number": 0.83,
    "lacks_number": -0.83,
    "holds_name": 0.33,
    "lacks_name": -0.33,
    "holds_other": 0.55,
    "new_number": 0.53,
    "new_name": 0.37,
    "passage": 4.95,
    "first": 0.42,
    "novelty": -0.04,
    "length": -0.26,
    "question": -1.46,
    "phrase": 0.80,
    "dense": 3.12,
    "same_language": 0.60,
}
#: A sentence this close to the best one's score is quoted with it. In the quotes, 1.0: .871/.876/.826/.860
#: with 1.4 to 1.7 sentences; 1.5: .888/.890/.852/.874 with 1.5 to 2.0;
#: 2.0: .905/.907/.874/.883 with up to 2.2.
CLOSE_SCORE = 1.5
#: The most sentences an answer quotes.
MOST_SENTENCES = 3
#: Words a sentence must have to be quoted for its context.
LEAST_WORDS = 4
#: Sentences that share this much of the shorter one's words, by weight, say the same.
SAME_FACT = 0.6
#: Across languages, of each sentence's words, softly: 67 % of the translations of ntrex reach it, 0.7 % of
#: their neighbours in the article do.
SAME_FACT_ACROSS = 0.35
#: How alike both must be for one to back the other.
SAME_STATEMENT = 0.5
#: The same where the figure that the question asks for agrees, within a language and across.
SAME_FIGURE, SAME_FIGURE_ACROSS = 0.35, 0.2
#: How alike sentences with differing figures must be, within a language and across, and how much of the
#: question's words in the one the other must have. Of the questions for a figure in squad2_dev,
#: cmrc2018_trial and xquad_dev, whose articles do not differ, none is then said to have sources that do.
DIFFERENT_FIGURE, DIFFERENT_FIGURE_ACROSS, SAME_TOPIC = 0.4, 0.3, 0.75
#: A sentence with another figure is quoted though its score is this much lower.
DIFFERENT_SCORE = 2 * CLOSE_SCORE
#: Passages whose sentences may answer.
ANSWER_PASSAGES = 8

#: Ranks of the passages that make the background of a question.
BACKGROUND = slice(10, 50)
#: The mean fused score of those ranks on the dev sets.
USUAL_BACKGROUND = 0.13
#: Weights of ``qa.confidence.signs`` by language pair of question and passage: logistic regression of
#: answerable questions against those of another set asked of the same articles, both counted alike, in
#: whole corpora and in libraries of 50 of their articles. AUROC .989 and .995 zh, .911 and .960 en (where
#: the other set is about the same topics), .945 and .944 cross.
CONFIDENCE_WEIGHTS = {
    "zh": {
        "bias": -9.47,
        "score": 3.50,
        "rise": 5.71,
        "relative_rise": 3.80,
        "weightiest": 1.27,
        "exact": 4.91,
        "dense": 5.60,
        "unmet": -1.15,
    },
    "en": {
        "bias": -5.98,
        "score": 1.11,
        "rise": 0.86,
        "relative_rise": 4.91,
        "weightiest": 0.89,
        "exact": 2.15,
        "dense": 3.27,
        "unmet": -1.48,
    },
    "cross": {
        "bias": -0.16,
        "score": -22.87,
        "rise": 20.79,
        "relative_rise": 5.67,
        "weightiest": 0.24,
        "exact": 0.84,
        "dense": 6.01,
        "unmet": -3.59,
    },
}
#: Probability from which an answer is given. In whole corpora are refused, of answerable questions and of
#: others: zh 4 % and 96 %, en 4 % and 69 %, cross 6 % and 76 %.
LEAST_CONFIDENCE = {"zh": 0.5, "en": 0.3, "cross": 0.3}
