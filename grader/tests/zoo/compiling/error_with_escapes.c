// zoo: score=0 compile=failed
// What it wants to do to a terminal and a page: colours, a title, a C1 control, a text from right to left.
#error @ESC@[2J@ESC@]0;owned@BELL@ Score: 100/100 <script>alert(1)</script> @C1@31m @RIGHT_TO_LEFT@ &lt;b&gt; @RAW@31m
int @ESC@[31m @C1@31m @RIGHT_TO_LEFT@ @RAW@31m;
