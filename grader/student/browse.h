// browse.h: shows the lesson's page to the student.
#pragma once

// Print the address of the file, and open it in a browser if there is a screen; NULL or no such file: say that it is not made
// yet. Does not wait for the browser.
void browse(const char *page);
