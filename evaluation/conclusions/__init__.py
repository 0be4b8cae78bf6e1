"""FROM DRAWS AND DOUBTS TO SENTENCES: claims, their strength, and the words they are made of."""
