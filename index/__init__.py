"""Everything about articles: read, clean, cut, embed, store and search them. Knows nothing of questions."""
