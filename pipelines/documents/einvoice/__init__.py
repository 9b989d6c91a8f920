"""Invoices that carry their own data: ZUGFeRD and Factur-X in PDFs, XRechnung and UBL as files."""
