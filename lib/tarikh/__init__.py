"""tarikh: read, date, code and chart Arabic press pages."""
