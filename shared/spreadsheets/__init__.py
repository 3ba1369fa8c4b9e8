"""Tables in files: CSV and XLSX from strangers read within limits, and written so that no cell is taken for a formula."""
