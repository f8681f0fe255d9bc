# ruff: noqa: E501
"""The boilerplate that web pages leave around an article, as data for ``index.cleaning.clean``.

Patterns match the *folded* line (``index.text.fold``: Simplified characters, half-width punctuation, lower
case), so write them in that form; Traditional and full-width spellings then match as well. To add a pattern,
put it into the group whose description fits. Add a line to tests/index/cleaning/test_clean.py, with a similar
sentence of real prose that must stay. Keep repeats bounded, although patterns meet at most a few hundred
characters.
"""

from __future__ import annotations

import re

from index.text.han import HAN


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{p})" for p in patterns))


_SITES = (
    r"微信(?:好友|朋友圈)?|朋友圈|(?:新浪|腾讯)?微博|qq(?:好友|空间)?|知乎|豆瓣|抖音|小红书|line|facebook|twitter|x|linkedin|reddit|"
    r"whatsapp|telegram|pinterest|tumblr|email|e-mail|mail|threads|bluesky|mastodon|pocket|flipboard|messenger|weibo|wechat"
)
_WHERE = r"(?:(?:您|你)(?:的|当前|现在|目前|所在)|当前|现在|目前|所在)的?(?:所在的?)?位置\s?[:>]"
_HOME = rf"(?:[{HAN}a-z]{{0,8}}(?:首页|主页)|home)\s?[>»›]"
_COUNT = r"\s?[(:]?\s?\d[\d.,]{0,9}\s?[万k+]?\s?(?:次|人|条|个)?\)?"
_COUNTED = r"(?:我要)?(?:关注|粉丝|点?赞|喜欢|阅读(?:量|数)?|浏览(?:量|数)?|评论|留言|收藏|分享|转发|推荐|热度|人气|点击(?:量|数)?|views?|likes?|shares?|comments?)"
_NAMES = r"[^\s。!?;:]{1,12}(?:[\s,、/]{1,2}[^\s。!?;:]{1,12}){0,4}"
_CREDIT = r"(?:作者|来源|文|撰文|记者|编辑|出处|稿源|author|source)"
_DATE = r"\d{4}[-/.年]?\d{1,2}[-/.月]?\d{1,2}日?"
_DATED = rf"{_DATE}\s?(?:\(?星期.\)?)?\s?\d{{1,2}}:\d{{2}}(?::\d{{2}})?"
_CREDITED = rf"{_CREDIT}\s?[:|/丨]\s?\S{{1,30}}"
_MENU = (
    rf"[{HAN}]{{0,6}}(?:首页|主页)|要闻|新闻|财经|体育|娱乐|科技|论坛|国内|国际|社会|军事|汽车|房产|教育|健康|历史|旅游|文化|观点|视频|图片|直播|生活|地方|更多|"
    r"登录|登入|注册|搜索|菜单|目录|导航|订阅|打印|列印|收藏|举报|纠错|字号|大|中|小|[at][-+]|点赞|分享|评论|留言|转发|投诉|回复|打赏|赞赏|关注|发现|打开|"
    r"关注问题|写回答|等你来答|邀请回答|只看该作者|倒序浏览|使用道具|阅读模式|展开|收起|"
    r"menu|search|home|news|local|world|opinion|sports?|business|politics|video|log ?in|sign ?in|sign ?up|sign me up|register|subscribe|newsletters?|print|"
    r"tweet|share|save|reply|like|close|more|contact(?: us)?|about(?: us)?|privacy policy|terms of (?:use|service)|help|advertise|staff writer|"
    r"close extra sharing options|x|facebook|twitter|instagram|email|linkedin|reddit|whatsapp"
)
_EDITOR = r"(?:责任?|执行|本文|值班|特约|网页|新媒体)?(?:编辑|责编|校对|监制|审核|审校|排版|主编|美编|统筹|编审|核稿)"

#: A whole line, sentences included, that only a web page says. Keep these specific.
NOTICES = _any(
    rf"(?:{_WHERE}|{_HOME})[^。]{{1,150}}",
    r"请?继续往下(?:阅读|看)[.…]{0,6}|(?:story|article) continues below(?: advertisement)?[.…]{0,3}",
    r"(?:subscribe|sign up)(?: to| for) (?:our|the) .{0,40}newsletters?.{0,60}|get .{0,40} (?:in|to) your inbox\.?",
    r"(?:we|this (?:web)?site) uses? cookies (?:to|and|for|on|in) .{0,250}|(?:本网站|我们)使用 ?cookies?.{0,150}",
    r"please (?:enable|turn on) javascript.{0,100}|请(?:开启|启用) ?javascript.{0,60}",
    r"(?:您的|你的)?(?:电子)?(?:邮箱|邮件|信箱)(?:地址)?(?:不会|将不会|并不会)被?(?:公开|公布)\s?。?(?:\s?必(?:填|需).{0,20})?",
    r"必填(?:项|栏位|字段)已?(?:用|标示为|标记).{0,20}|还可以?输入.{0,5}字.{0,10}",
    r"your email address will not be published\.?.{0,60}|required fields are marked.{0,10}|you must be logged in to .{0,40}",
    r"save my name,? email,? and website.{0,80}|notify me of (?:new|follow-?up) .{0,60}",
    r"【\s?(?:免责|版权)?声明\s?】.{0,600}|(?:免责|版权)声明\s?:.{0,600}",
    r"(?:郑重|特别)?声明\s?:\s?(?:本文|本站|本网|该文|以上(?:内容|文章)|凡|转载|未经).{0,600}",
    r"(?:编者按\s?:\s?)?[(【]?本文(?:系|为)?(?:转载|转)自.{1,120}|[(【]?本文经[^,。]{1,30}授权.{0,60}",
    r"[(【]?本文(?:来自|来源于?|首发于|原载于?)[^,。]{0,6}公众号.{0,120}|[(【]?本文不构成.{0,8}(?:建议|依据).{0,60}",
    r"[(【]?(?:本文|文章|以上)(?:内容|观点)?(?:仅|不|并不|只)(?:代表|供)[^,。]{0,15}(?:观点|立场|参考).{0,150}",
    r"(?:未经|未获)[^,。]{0,20}(?:授权|许可|允许),?[^,。]{0,8}(?:转载|复制|摘编).{0,60}|(?:转载|引用)请?(?:务必)?注明.{0,60}",
    r"(?:长按|扫描|微信扫|扫一扫|识别)[^,。]{0,20}二维码,?\s?(?:关注|下载|分享|进群|加入|添加).{0,40}",
    r"copyright (?:©|\(c\)|\d{4}\b).{0,200}|(?:©|\(c\))\s?(?:19|20)\d\d.{0,150}|(?:gmt.{0,30})?processed in \d.{0,80}",
    r"you (?:may|will)(?: occasionally)? receive .{0,60}(?:promotional|marketing) .{0,80}",
    r"[^。]{0,120}all rights reserved(?:\s?[.|].{0,80})?|(?:this material|no part of this .{1,30}) may not be (?:published|reproduced).{0,200}",
    r"[^。]{0,100}(?:icp[备证]|公网安备|网安备)\s?\d.{0,80}",
)

#: A whole line without sentences that is boilerplate wherever it stands.
ANYWHERE = _any(
    r"(?:上|下)一(?:篇|页|则|条|章)(?:文章|新闻)?\s?(?::.{0,80})?|(?:prev(?:ious)?|next) (?:article|post|story)\s?(?::.{0,80})?",
    r"(?:返回|回到)(?:首页|顶部|列表|目录|搜狐.{0,10})|back to (?:top|home)|skip to (?:main )?content",
    r"(?:请?点击|点此)?(?:展开|阅读|查看|加载|显示|浏览)(?:全文|原文|更多(?:内容|精彩|评论|文章)?|剩余.{0,6})(?:\s?>{1,2})?",
    r"\(?未完,?待续\)?",
    r"-?\s?(?:广告|advertisement|sponsored(?: content)?|ad|赞助内容)\s?-?(?:\(?请继续阅读本文\)?)?",
    r"广告[、,]?内容合作.{0,30}|(?:商务|广告|内容|媒体|投稿)合作\s?[:/].{1,60}|寻求报道\s?[:/].{0,40}|请?点击?这里:寻求合作",
    r"不用抽 ?不用抢.{0,40}|点我下载app.{0,20}|按我看活动办法|(?:打开|下载)[^,]{0,10}(?:客户端|app),?(?:看|查看|阅读).{0,20}",
    rf"(?:分享|转发|share)\s?(?:至|到|给|本文|文章|this(?: article| post| story)?)?\s?(?:on|to|via|with)?\s?[:|]?(?:\s?(?:{_SITES})[\s,、/|·]?){{1,10}}",
    rf"(?:tweet|share|pin|email|print|copy link)(?:[\s|/,·](?:tweet|share|pin|email|print|copy link|{_SITES})){{1,10}}",
    r"(?:分享|转发)(?:至|到)\s?:?|share (?:this(?: article| post| story)?|on|via)\s?:?|(?:follow|find) us (?:on|at) .{1,60}",
    rf"(?:{_COUNTED}{_COUNT}[\s|·,/]?){{1,8}}|\d{{1,6}}\s?人(?:点赞|已赞|赞过|收藏)",
    r"(?:微信)?扫一扫.{0,12}|扫码(?:关注|下载|进群|加入|添加).{0,20}|点?个?\"?在看\"?",
    r"(?:欢迎|请)?(?:点击|长按)?关注(?:我们|本号|(?:官方|微信)?公众号).{0,40}|(?:登录|登陆|登入)(?:后|之后|才能|即可)?.{0,4}(?:发表|评论|留言).{0,10}",
    r"(?:版权|著作权)(?:所有(?![者人权])|归.{1,20}所有).{0,80}",
    rf"[(\[【]?\s?责任?编辑?\s?[:|/丨]\s?(?:{_NAMES})?\s?[)\]】]?|[(\[]\s?{_EDITOR}\s?[:|/丨]\s?{_NAMES}\s?[)\]]",
    r"[△▲▼▽◎●↑↓*(\[]?\s?(?:图源|图片来源|题图来?源?|(?:封面|头图|配图)(?:图片?)?来?源)\s?[:/丨|]\s?[^。]{1,50}|[△▲▼(]?\s?[图摄]/[^。]{1,30}|[△▲▼]\s?图源.{1,20}",
    r"(?:photo|image|picture)s?(?: credits?| courtesy| source)\s?(?::|of|by|/)\s?.{1,60}|photo(?:graph)?s? by .{1,60}|getty images.{0,30}",
    r"(?:accept|reject)(?: all)?(?: cookies)?|cookie (?:settings|policy|preferences)|(?:enter )?your email address",
)

#: A whole line without sentences that is boilerplate before the first sentence or after the last.
AT_THE_EDGES = _any(
    rf"(?:{_MENU})(?:[\s|/·,>]{{1,3}}(?:{_MENU})){{1,14}}",
    r"[^>。]{1,15}(?:\s?>\s?[^>。]{1,30}){2,6}|[^/。\s]{1,12}(?: / [^/。]{1,20}){2,6}",
    r"原创\s.{0,60}\d{4}.{0,20}|点击上方蓝字.{0,20}|写下你的留言|我来说两句|\d{1,7}\s?人参与.{0,20}|阅读\s?\(\s?\)|本版积分规则|楼主\s?:.{1,20}",
    r"\d{1,7}\s?人赞同了该回答|赞同 \d{1,7}|·?ip ?属地.{1,10}|用微信扫码二维码|分享至好友和朋友圈|-{0,3}\s?(?:the )?end\s?-{0,3}|enter (?:your )?email address",
    rf"{_DATED}\s[^。]{{0,20}}记者.{{0,20}}|(?:posted|published|updated)?(?: on)?\s?[a-z]{{3,9}}\.? \d{{1,2}}, \d{{4}},?(?: at)? \d{{1,2}}:\d{{2}}.{{0,12}}",
    r"(?:proudly )?powered by .{1,60}",
    r".{0,40}\s\d[\d,.]{0,8}\s?[万k]?\s?次?(?:热度|阅读|浏览|点击|人气|views)|\d{1,3} min(?:ute)?s? read|(?:阅读)?(?:约|需要?)\s?\d{1,3}\s?分钟",
    r"(?:发布|编辑|发表|更新)于 ?\d{4}.{0,20}|(?:标签|关键词|关键字|分类|栏目|所属专题|tags?|filed under|categor(?:y|ies)|topics?|posted in)\s?:.{1,120}",
    r"#[^\s#]{1,20}(?:\s?#[^\s#]{1,20}){1,15}",
    r"(?:发布|更新|发表)(?:时间|日期|于)\s?:?\s?\d{4}.{0,30}|(?:posted|published|updated|last updated)(?: on|:)?\s.{4,40}\d{4}.{0,25}",
    rf"(?:{_DATE}\s)?(?:{_DATED}|{_CREDITED})(?:[\s/*|·,]{{1,3}}(?:{_DATED}|{_DATE}|{_CREDITED})){{0,5}}",
)

#: A single word of a menu: at the edges, where two such lines or more stand together.
MENU = _any(_MENU, r"\d{1,3}")

#: A line without sentences after which, once the last sentence is over, only boilerplate follows.
TAIL = _any(
    r"(?:更多|相关|延伸|扩展|推荐|精彩|热门|热点|最新|往期|近期|猜你|你(?:可能|也许)(?:还|也)?|为你|大家都在|编辑|24小时)(?:精彩|热门|相关|的)?"
    r"(?:阅读|推荐|新闻|文章|报道|资讯|回顾|链接|专题|视频|喜欢|感兴趣|看|搜|排行)(?:榜|的?.{0,4})?\s?(?:[:>»].{0,80})?",
    r"(?:related|recommended|popular|trending|more|latest|recent|top|most read)(?: (?:for you|from|in|on|this|our))?(?: [\w']{1,15}){0,2} ?"
    r"(?:articles?|stories|posts?|reading|news|coverage|topics|links)\s?:?|comments",
    r"you (?:may|might) also (?:like|enjoy).{0,20}|read (?:more|next|also)\s?:?.{0,100}|see also\s?:?",
    r"(?:more to|most) (?:read|viewed|popular|shared)|more (?:from|in|on) .{1,40}|related|like this:",
    r"本?文?作者(?:信息|简介|介绍)|关于作者|about the author\s?:?|文章评论|打赏|赞赏|热评|邀请演讲|咨询·服务",
    rf"{_EDITOR}\s?[:|/丨]\s?{_NAMES}|(?:免责|版权)声明",
)

#: The start of the readers' comments: everything after it is theirs.
COMMENTS = _any(
    r"(?:发表|发布|添加|我要)(?:回复|评论|留言)(?:取消回复)?",
    r"(?:网友|最新|全部|热门|所有|精彩)(?:评论|留言|跟帖)(?:\s?[(:]?\s?\d{0,7}\s?条?\)?)?|(?:评论|留言|回复)\s?\(\d{1,7}\)|\d{1,7}\s?条?(?:评论|留言|回复)",
    r"leave a (?:reply|comment)(?: cancel reply)?|(?:post|add|write) a comment|comments \(\d{1,6}\)",
    r"\d{1,6} (?:comments?|replies|responses|thoughts on .{1,100})",
)

#: The end of the last line with sentences, from a match to the end; what precedes must end a sentence.
ENDINGS = _any(
    rf"[-—\s]{{0,6}}[(\[【]\s?(?:作者|文|{_EDITOR}|来源|稿源)\s?[:|/].{{1,80}}[)\]】]$",
    rf"\s{{0,3}}(?:来源|稿源)\s?:\s?[^\s。!?]{{1,20}}\s[(\[【]\s?{_EDITOR}\s?[:|/].{{1,40}}[)\]】]$",
    rf"\s{{0,3}}(?:来源|稿源|文章来源|source)\s?:\s?[^\s。!?]{{1,20}}$|\s{{0,3}}{_EDITOR}\s?:\s?{_NAMES}$",
    r"\s{0,3}返回搜狐,?\s?查看更多.{0,20}$|\s{0,3}(?:点击|阅读|查看)(?:全文|原文|更多)\s?>{0,2}$",
    r"\s{0,3}(?:【(?:免责|版权)声明】|(?:免责|版权)声明\s?:)\s?:?\s?(?:本文|本站|本网|以上|文章|凡|转载|未经|内容).{0,400}$",
    r"\s{0,3}\(?本文(?:仅代表作者|不代表|来自微信公众号|转载自|首发于).{0,200}$",
)

#: Words of spam pages. One STRONG word gives a line away after the last sentence; three of either do anywhere.
STRONG_SPAM = re.compile(
    "无码|亚洲精品|国产精品|久久精品|精品国产|一区二区|成人视频|成人网站|免费黄|裸聊|约炮|xxx video|porn ?hub|buy viagra"
)
WEAK_SPAM = re.compile(
    "在线观看|日韩|欧美|久久|三区|高清|免费视频|av|色情|激情|真人|娱乐城|博彩|赌场|时时彩|六合彩|百家乐|老虎机|棋牌|彩票平台|代开发票|办证|"
    "加微信|刷单|贷款|casino|slots?|viagra|cialis|payday loan|porn|escort|betting|bonus"
)
#: Signs of an advertisement in the first lines, before the title.
ADVERT = re.compile(
    r"https?://|www\.|\.com\b|qq群|加微信|微信号|\*{3}|订购|订阅|购买|招商|热线|优惠|promo|discount|subscribe"
)

#: Where the page stands in its site; what is above it, above the title, is the site's.
BREADCRUMB = re.compile(f"{_WHERE}|{_HOME}")
#: A line with the date of an article, the line below its title.
DATELINE = re.compile(r".{0,20}\d{4}[-/.年]?\s?\d{1,2}[-/.月]?\s?\d{1,2}.{0,30}")
