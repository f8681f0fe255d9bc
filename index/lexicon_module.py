"""The address by which saved sentence-transformers models know `index.lexicon.module.LexiconModule`."""

from index.lexicon.module import LexiconModule as LexiconModule
