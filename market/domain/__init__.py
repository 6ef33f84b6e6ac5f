"""Pure market rules: the book, candles, choice of inputs. No Django."""
