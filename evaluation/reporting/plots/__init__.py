"""One kind of picture per file: numbers in, a small SVG and its words out."""
