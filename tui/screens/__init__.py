"""The app's pages, one a file."""
