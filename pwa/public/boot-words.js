/* What boot.js says to a browser that lacks something: too old, not https, inside WeChat. ES5, and loaded only where it is said. */
window.gridwalkBootWords = {
  unsupported: {
    zh: ['这个浏览器太旧，打不开巡格', '请用下面任一种打开同一个网址：', ['安卓手机：Chrome 93 或更新版本、华为浏览器 13 或更新版本、Edge', '苹果手机：系统升级到 15.4 或更新版本，用 Safari 打开', '电脑：Edge 或 Chrome 的新版本'], '已经存在这个浏览器里的内容不会被删除。'],
    en: ['This browser is too old for Gridwalk', 'Open the same address in one of these:', ['Android: Chrome 93 or newer, Huawei Browser 13 or newer, Edge', 'iPhone: iOS 15.4 or newer, in Safari', 'Computer: a current Edge or Chrome'], 'Nothing stored in this browser is deleted.']
  },
  insecure: {
    zh: ['这个网址不是 https，手机上不能离线用', '浏览器只在 https 下开放下面这些，所以现在：', ['没有网络时打不开，记录也不能安全存在手机上', '取不到位置', '内置相机打不开，照片不能核对', '不能安装到桌面'], '怎么办：请管理员用 GRIDWALK_TLS=local 启动，再用手机扫屏幕上的码；或者装上单位的证书，改用 https:// 开头的网址。'],
    en: ['This address is not https: the phone cannot work offline', 'Browsers allow these only over https, so for now:', ['no opening without a network, no safe keeping of records on the phone', 'no position', 'no built-in camera, and photos cannot be verified', 'no installing on the home screen'], 'What to do: ask the administrator to start the server with GRIDWALK_TLS=local and scan the code it shows; or install your office\u2019s certificate and use the address that begins with https://.']
  },
  wechat: {
    zh: ['微信里不能保证离线保存', '在微信里打开时：', ['清理微信缓存会把没上传的记录和照片一起清掉', '拍照时微信可能被系统关掉', '没有网络时可能打不开，也不会在后台上传'], '请点右上角 ··· ，选“在浏览器打开”，再添加到桌面。在微信里只适合登录和看，不适合入户检查。'],
    en: ['Offline saving is not safe inside WeChat', 'Inside WeChat:', ['clearing WeChat\u2019s cache also deletes records and photos not yet uploaded', 'the system may close WeChat while you take a photo', 'it may not open without a network, and never uploads in the background'], 'Tap \u00b7\u00b7\u00b7 at the top right, choose \u201cOpen in browser\u201d, then add it to the home screen. Use WeChat only to sign in and look, not for visits.']
  }
}
