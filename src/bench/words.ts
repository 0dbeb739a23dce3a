import type { Language } from '../core/types.ts';

/** The first of a language are its commonest words, in about this order: texts draw them by Zipf's law. */
const ENGLISH =
  'the of and to in a is that for it as was with be by on not he this are or his from at which but have an ' +
  'had they you were their one all we can her has there been if more when will would who so no water river ' +
  'bridge library index server garden winter summer paper letter engine signal market forest island harbour ' +
  'teacher student doctor village mountain valley station railway journey machine pattern colour number ' +
  'measure report budget contract salary holiday meeting kitchen window door table chair lamp street corner ' +
  'castle church school hospital museum theatre concert music picture camera light shadow morning evening ' +
  'history science nature animal plant flower insect bird fish horse cattle sheep wheat bread butter cheese ' +
  'sugar coffee silver copper iron stone glass cotton leather wood metal energy power pressure heat cold ' +
  'storm cloud rain snow wind ocean coast desert field meadow orchard farmer worker driver captain soldier ' +
  'lawyer judge police citizen council minister election policy question answer reason method result example ' +
  'chapter section sentence language grammar meaning memory attention network vector document passage query ' +
  'search store update remove open close build test deploy release version licence default setting option ' +
  'file folder page screen keyboard battery cable sensor magnet lens filter pump valve wheel brake tunnel';

const CHINESE =
  '的 是 在 了 和 有 不 这 我 他 就 也 都 上 中 到 说 要 与 为 时间 问题 方法 系统 文档 数据 模型 检索 索引 向量 ' +
  '语言 句子 段落 章节 页面 图书馆 服务器 浏览器 网络 端口 默认 设置 选项 文件 目录 版本 许可 发布 测试 构建 更新 ' +
  '删除 打开 关闭 搜索 存储 问答 知识 学习 老师 学生 医生 医院 学校 教室 城市 乡村 河流 桥梁 山谷 森林 岛屿 海岸 ' +
  '沙漠 草原 春天 夏天 秋天 冬天 早晨 傍晚 天气 风雨 雪花 阳光 影子 历史 科学 自然 动物 植物 花朵 昆虫 飞鸟 鱼类 ' +
  '马匹 牛羊 小麦 面包 奶酪 咖啡 茶叶 白糖 银子 铜器 铁路 石头 玻璃 棉花 皮革 木材 金属 能量 压力 温度 机器 发动机 ' +
  '信号 市场 价格 预算 合同 工资 假期 会议 报告 数字 图案 颜色 测量 结果 原因 例子 规则 法律 法官 警察 公民 选举 ' +
  '政策 部长 委员会 农民 工人 司机 船长 士兵 律师 厨房 窗户 大门 桌子 椅子 台灯 街道 角落 城堡 剧院 博物馆 音乐 ' +
  '图画 相机 光线 旅行 车站 隧道 车轮 电池 电缆 传感器 镜头 过滤器 水泵 阀门 键盘 屏幕 记忆 注意力 意义 语法';

export const WORDS: Readonly<Record<Language, readonly string[]>> = {
  en: ENGLISH.split(' '),
  zh: CHINESE.split(' '),
};
