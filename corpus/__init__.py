"""What the bot knows: the documents, and the code that stores and searches them."""
