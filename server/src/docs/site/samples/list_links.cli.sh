links list
