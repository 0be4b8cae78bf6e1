"""FROM CLAIMS TO A PAGE: the only room that draws. Every number on a page is a Claim's or stands in a table cell."""
