"""What articles need: load, clean, chunk, embed, store, find. Knows nothing of questions."""
