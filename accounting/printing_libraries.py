"""What a printing process needs, loaded before it is forked; nothing else may import this module.

A page is laid out once as well: style sheets of the library and fonts are read then, and not for each file.
"""

from weasyprint import HTML

from accounting import printing  # noqa: F401 (its callers' target)

HTML(string="<html lang='zh'><style>@page{size:A4}</style><p>碳 CO<sub>2</sub></p></html>").write_pdf()
