"""The answers to choose from, for a person and for who writes; `consult.<field>.<code>`."""

DANGER = ("yes", "no", "no_answer")
WHO = ("self", "child", "guardian", "family", "supporter", "other", "no_answer")
PHONE_NOTES = ("withheld", "shared")
AGE_BANDS = ("under_18", "18_29", "30_39", "40_49", "50_64", "65_up", "no_answer")
RESIDENCES = ("inside", "outside", "no_answer")
OFFICERS = ("any", "female", "male")
SUPPORTS = ("sign", "writing", "companion")
PLACES = ("x", "instagram", "tiktok", "line", "youtube", "board", "review", "other", "unknown")
KINDS = (
    *("insult", "lie", "picture", "personal", "impersonation"),
    *("threat", "sexual", "school", "other", "unknown"),
)
WISHED = ("delete", "identify", "damages", "criminal", "listen")
HOW = ("any", "phone", "visit", "mail", "here")
