"""What a document of each kind must show and what in it must agree with the line it supports: pure rules over
text that was read from the file. Whether a document was forged is `domain.radar`'s."""
