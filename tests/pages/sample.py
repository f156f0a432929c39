"""Courses as the world sees them, easy and hard ones."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.model import Level, PublicCourse, PublicStep, ResourceKind

TOKEN = "k3Jf9_aQ2-xYzW0vB1nM4c"
UPDATED = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)
REVIEWED = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)

COURSE = PublicCourse(
    address=f"https://bot.example/courses/{TOKEN}",
    community="Offcourse Ghent",
    goal="Make a web page by hand",
    steps=(
        PublicStep(
            "Meet the tags",
            "https://developer.mozilla.org/en-US/docs/Learn_web_development",
            "Learn web development | MDN",
            ResourceKind.HTML,
        ),
        PublicStep(
            "See somebody build one",
            "https://www.youtube.com/watch?v=pQN-pnXPaVg&t=60",
            "HTML Full Course – Build a Website",
            ResourceKind.VIDEO,
        ),
        PublicStep("Give it some colour", "https://web.dev/learn/css"),
    ),
    language="en",
    updated_at=UPDATED,
    level=Level.BEGINNER,
    topics=("html", "css", "first steps"),
    description="No tools, no frameworks: a text editor and a browser are enough.\nTakes about three evenings.",
    reviewed_at=REVIEWED,
)

NASTY = (
    "<script>document.title='taken'</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</style><style>body{display:none}</style>",
    "{{ 7 * 6 }}{% raw %}${7*6}",
    "&lt;b&gt; &amp;amp;",
)
"""Texts that want to be more than text."""

ARABIC = replace(
    COURSE,
    goal="أساسيات صناعة صفحة ويب",
    description="كل ما تحتاجه هو محرر نصوص ومتصفح HTML5.",
    language="ar",
    topics=("ويب", "html"),
    steps=(
        PublicStep("تعرف على الوسوم", "https://developer.mozilla.org/ar/docs/Web", "تعلم الويب", ResourceKind.HTML),
        PublicStep("شاهد كيف تُبنى صفحة", "https://www.youtube.com/watch?v=x", "", ResourceKind.VIDEO),
    ),
)
LONG = replace(
    COURSE,
    goal="W" * 55,
    description="W" * 210,
    community="W" * 80,
    topics=("W" * 30,) * 8,
    steps=(PublicStep("W" * 55, f"https://{'w' * 60}.{'w' * 60}.example/", "W" * 300, ResourceKind.VIDEO),) * 7,
)
EMOJI = replace(
    COURSE,
    goal="👩🏽‍💻🎉🇧🇪",
    description="",
    topics=("🐍",),
    steps=(PublicStep("🎈🎈🎈🎈🎈", "https://example.org/🎈"),),
)
CJK = replace(
    COURSE,
    goal="用手写一个网页，从零开始学习网络开发",
    language="zh",
    description="只需要一个文本编辑器和一个浏览器。" * 8,
)
BARE = replace(COURSE, description="", level=None, topics=(), reviewed_at=None, steps=COURSE.steps[2:])
HARD = tuple(
    replace(COURSE, goal=text, description=text, community=text, topics=(text,), steps=(PublicStep(text, text, text),))
    for text in NASTY
)
ODD = {"arabic": ARABIC, "long": LONG, "emoji": EMOJI, "cjk": CJK, "bare": BARE}
