"""What a question needs: retrieve, choose sentences, cite, converse, and the command line."""
