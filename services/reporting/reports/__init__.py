"""Reports: a framework's figures for a period, gathered once and written in six formats from the same content.

`asking` checks what is asked for, `gathering` collects the figures, `canonical` lists them and sums them up, `composing` puts
them into words of a language as a `document`, and one module per format writes that down. `closings` compares with what was
frozen; `reading_back` takes the figures out of a file again.
"""
