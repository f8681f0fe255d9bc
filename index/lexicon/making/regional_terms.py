"""Common words for which the mainland and Taiwan have different ones, as `regional_names` has names.

CC-CEDICT and the word vectors have most of them, these they lack. A word that usually means something else in
the other region is left out: 机车 is a motorcycle in Taiwan, and a locomotive on the mainland.
"""

from __future__ import annotations

_TERMS = """
默认 预设
函数 函式
循环 回圈
参数 引数
全局变量 全域变数
数据结构 资料结构
队列 伫列
哈希 杂凑
调试 除错 侦错
脚本 指令码
批处理 批次处理
批处理文件 批次档
触发器 触发程序
存储过程 预存程序
外键 外来键
端口 连接埠
域名 网域 网域名称
集群 丛集
负载均衡 负载平衡
高可用 高可用性
服务端 伺服器端
客户端 用户端
虚拟机 虚拟机器
虚拟内存 虚拟记忆体
镜像 映像档
日志 记录档
代码库 程式码库
代码仓库 程式码储存库
测试用例 测试案例
用例 使用案例
项目管理 专案管理
项目经理 专案经理
程序员 程式设计师
操作系统 作业系统
驱动程序 驱动程式
任务计划 工作排程
计划任务 工作排程
任务计划程序 工作排程器
调度 排程
卸载 解除安装
补丁 修补程式
注册表 登录档
杀毒软件 防毒软体
网络安全 网路安全
信息安全 资讯安全 资安
云计算 云端运算
云存储 云端储存
加载 载入
导入 汇入
导出 汇出
刷新 重新整理
撤销 复原
粘贴 贴上
剪切 剪下
全角 全形
半角 半形
文件名 档名
后缀名 副档名
单元格 储存格
电子表格 试算表
菜单栏 功能表列
工具栏 工具列
状态栏 状态列
进度条 进度列
快捷键 快速键
用户名 使用者名称
头像 大头贴
像素 画素
高清 高画质
以太网 乙太网路
声卡 音效卡
光驱 光碟机
数据线 传输线
u盘 优盘 随身碟
移动硬盘 行动硬碟 外接硬碟
移动电源 充电宝 行动电源
移动支付 行动支付
智能手机 智慧手机 智慧型手机
数码相机 数位相机
视频会议 视讯会议
短视频 短影音
点赞 按赞
社交网络 社群网站
社交媒体 社群媒体
社交平台 社群平台
发布会 记者会
等离子 电浆
航天 航太
航天局 宇航局 太空总署
厄尔尼诺 圣婴现象
拉尼娜 反圣婴现象
接种 施打
帕金森病 帕金森氏症
残疾人 身心障碍者
托儿所 托婴中心
育儿 育婴
育儿假 育婴假
年假 特休
质保 保固
优惠券 折价券
充值 加值 储值
辅导班 补习班
站台 月台
检票 验票
斑马线 人行横道 行人穿越道
立交桥 交流道
焯水 汆烫 川烫
盒饭 便当
薯片 洋芋片
意大利面 义大利面
塑料瓶 宝特瓶
燃气灶 瓦斯炉
抽油烟机 排油烟机
克 公克
平方米 平方公尺
"""
#: The words for one thing, Simplified, the mainland's first.
REGIONAL_TERMS = [tuple(words.split()) for words in _TERMS.strip().splitlines()]
