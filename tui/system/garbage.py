"""Python's garbage collection, kept from stopping a frame."""

import gc

#: Objects made before garbage is looked for; a picture of the whole screen makes ten thousand.
_COLLECT_AFTER = 5_000


def keep_for_good() -> None:
    """Exempt what there is by now from garbage collection: it lives as long as the app.

    A collection that went through the words of the lexicon and of the index took 80 ms of a frame.
    """
    gc.freeze()
    gc.set_threshold(max(_COLLECT_AFTER, gc.get_threshold()[0]))
