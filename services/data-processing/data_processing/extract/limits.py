"""How much of a file is read, and how much may come out of it. Beyond these a document is cut and says so."""

MEGABYTE = 1 << 20

# What comes out
MAX_ELEMENTS = 200_000
MAX_CHARACTERS = 30_000_000
MAX_CELLS = 3_000_000

# Archives (OOXML, OpenDocument) and the XML in them
MAX_ENTRIES = 5_000
MAX_PART_BYTES = 64 * MEGABYTE
MAX_PARTS_BYTES = 128 * MEGABYTE
MAX_TABLE_DEPTH = 12

# Spreadsheets and delimited text
MAX_DENSE_CELLS = 5_000_000  # the box of a sheet that calamine would allocate
MAX_COLUMNS = 1_024
MAX_FIELD_CHARACTERS = 1_000_000

# Web pages and Markdown
MAX_HTML_BYTES = 20 * MEGABYTE
MAX_HTML_DEPTH = 2_000
MAX_ARTICLE_TAGS = 20_000  # of a page whose main content is looked for, in some 5 s; the time grows with the square
MAX_MARKDOWN_CHARACTERS = 5_000_000

# Mail
MAX_HEADER_LINE = MEGABYTE
MAX_MAIL_PARTS = 500
MAX_MAIL_DEPTH = 20
MAX_ATTACHMENT_DEPTH = 3

# PDF and pictures
MAX_PAGES = 5_000
MAX_PAGE_CHARACTERS = 500_000
MAX_OUTLINE_ENTRIES = 20_000
MAX_PIXELS = 100_000_000
MAX_OCR_PAGES = 40
OCR_DPI = 200
#: Shares of the time a document has: looking for tables, and reading pictures. What is left is for everything else.
TABLE_SHARE = 0.3
OCR_SHARE = 0.5
