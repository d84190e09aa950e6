"""The trainers' inbox: sentences of customers that the assistant did not understand well, and what trainers make of them."""
